/** Ends a rollout for a person. On Lambda, all traffic is back on stable before the answer goes out. */

import { acceptSignal } from '../../domain/deployment/accept-signal.ts';
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { wasTakenUp } from '../../domain/deployment/keyed-request.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { targetRules } from '../../domain/service/target.ts';
import { continueDeployment } from '../steps/continue-deployment.ts';
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
  // The deployment was promoted at the moment of an abort, and the undo is half done: the ledger has the calls back,
  // but no rollback.
  const isHalfUndone = deployment.status === 'promoted' && deployment.atPercent === 0 && deployment.replacedBy === null;
  if (acceptance.answer === 'refused' && !isHalfUndone)
    throw new SlipwayError('Conflict', `${acceptance.because} ${nextStep(deployment)}`.trim());
  // The abort was asked for before, and the process that took it may have stopped half-way. Then this request goes on
  // from there.
  const { isMovedByTask } = targetRules(deployment.spec.target);
  if (acceptance.answer === 'known' && deployment.atPercent === 0 && !isMovedByTask) {
    await continueDeployment(ports, recorded);
    return deployment;
  }
  return retreat(ports, { deployment, kind: 'abort', because: reason, by, requestKey });
}

/** Only a live version can be undone. */
function nextStep({ status, replacedBy }: Deployment): string {
  return status === 'promoted' && replacedBy === null ? 'To undo it, POST /rollback.' : '';
}
