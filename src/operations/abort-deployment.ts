/** Ends a rollout by hand: the traffic is back on stable before the answer goes out. */
import type { Deployment } from '../domain/deployment.ts';
import { SlipwayError } from '../domain/errors.ts';
import { acceptSignal } from '../domain/signal.ts';
import { retreat } from './retreat.ts';
import type { UndoPromotionPorts } from './undo-promotion.ts';

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
  return retreat(ports, { deployment, kind: 'abort', because: reason, by });
}
