/** Ends a rollout for a person. On Lambda, all traffic is back on stable before the answer goes out. */

import { acceptSignal } from '../../domain/deployment/accept-signal.ts';
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { wasTakenUp } from '../../domain/deployment/keyed-request.ts';
import { nextStep, refusal } from '../../domain/deployment/next-step.ts';
import { targetRules } from '../../domain/service/target.ts';
import type { Deployments } from '../../ports/deployments.ts';
import { continueDeployment } from '../steps/continue-deployment.ts';
import { isLive } from '../steps/live-among.ts';
import { retreat } from '../way-back/retreat.ts';
import type { UndoPromotionPorts } from '../way-back/undo-promotion.ts';

export interface AbortDeploymentInput {
  readonly id: string;
  readonly reason: string;
  readonly by: string;
  readonly requestKey?: string | null;
}

export interface AbortDeploymentPorts extends UndoPromotionPorts {
  readonly deployments: UndoPromotionPorts['deployments'] & Pick<Deployments, 'history'>;
}

export async function abortDeployment(
  ports: AbortDeploymentPorts,
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
  // Only a live version can be undone: a rollback after a later promotion would take that version off the users.
  if (acceptance.answer === 'refused' && !isHalfUndone) {
    const next = nextStep(deployment, { wanted: acceptance.instead, isLive: await isLive(ports, deployment) });
    throw refusal(acceptance.because, next);
  }
  // The abort was asked for before, and the process that took it may have stopped half-way. Then this request goes on
  // from there.
  const { isMovedByTask } = targetRules(deployment.spec.target);
  if (acceptance.answer === 'known' && deployment.atPercent === 0 && !isMovedByTask) {
    await continueDeployment(ports, recorded);
    return deployment;
  }
  return retreat(ports, { deployment, kind: 'abort', because: reason, by, requestKey });
}
