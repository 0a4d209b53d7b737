/** Ends a rollout by hand: the traffic is back on stable before the answer goes out. */

import { acceptSignal } from '../../domain/deployment/accept-signal.ts';
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { wasTakenUp } from '../../domain/deployment/keyed-request.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { targetRules } from '../../domain/service/target.ts';
import { goOn } from '../steps/go-on.ts';
import { retreat } from '../way-back/retreat.ts';
import type { UndoPromotionPorts } from '../way-back/undo-promotion.ts';

export interface AbortDeploymentInput {
  readonly id: string;
  readonly reason: string;
  readonly by: string;
  readonly requestKey?: string | null;
}

export async function abortDeployment(
  ports: UndoPromotionPorts,
  { id, reason, by, requestKey = null }: AbortDeploymentInput,
): Promise<Deployment> {
  const recorded = await ports.deployments.read(id);
  const { deployment } = recorded;
  const acceptance = acceptSignal(deployment, 'abort');
  if (wasTakenUp(deployment, { what: 'back', by, requestKey, now: ports.clock.now() }) && !isInFlight(deployment))
    return deployment;
  // Promoted in the moment of an abort, whose undo is half done: the calls are back on record, and no rollback is.
  const isHalfUndone = deployment.status === 'promoted' && deployment.atPercent === 0 && deployment.replacedBy === null;
  if (acceptance.answer === 'refused' && !isHalfUndone)
    throw new SlipwayError('Conflict', `${acceptance.because} ${nextStep(deployment)}`.trim());
  // Asked for before. Whoever asked may have stopped half-way; then this goes on from there.
  const { isMovedByTask } = targetRules(deployment.spec.target);
  if (acceptance.answer === 'known' && deployment.atPercent === 0 && !isMovedByTask) {
    await goOn(ports, recorded);
    return deployment;
  }
  return retreat(ports, { deployment, kind: 'abort', because: reason, by, requestKey });
}

/** Only what is live can be undone. */
function nextStep({ status, replacedBy }: Deployment): string {
  return status === 'promoted' && replacedBy === null ? 'To undo it, POST /rollback.' : '';
}
