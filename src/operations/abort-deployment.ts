/** Ends a rollout by hand: the traffic is back on stable before the answer goes out. */
import type { Deployment } from '../domain/deployment.ts';
import { SlipwayError } from '../domain/errors.ts';
import { acceptSignal } from '../domain/signal.ts';
import { takeTrafficBack } from './take-traffic-back.ts';
import { type UndoPromotionPorts, undoPromotion } from './undo-promotion.ts';

export interface AbortDeploymentInput {
  readonly id: string;
  readonly reason: string;
  readonly by: string;
}

export async function abortDeployment(
  ports: UndoPromotionPorts,
  { id, reason, by }: AbortDeploymentInput,
): Promise<Deployment> {
  const { deployment } = await ports.deployments.read(id);
  const acceptance = acceptSignal(deployment, 'abort');
  if (acceptance.answer === 'refused')
    throw new SlipwayError('Conflict', `${acceptance.because} To undo it, POST /rollback.`);
  if (acceptance.answer === 'known') return deployment;
  const aborted = await takeTrafficBack(ports, { deployment, kind: 'abort', because: reason, by });
  // It was promoted while its traffic was taken back: what is left to do is to undo the promotion in the ledger.
  return aborted.status === 'promoted' ? undoPromotion(ports, { deployment: aborted, because: reason, by }) : aborted;
}
