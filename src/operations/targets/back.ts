/**
 * Rolls back a rollout and undoes a promotion: at once on Lambda, by a task on a cluster. Both are in one file, because each
 * function that rolls back may also have to undo.
 */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { forTarget } from '../../domain/service/target.ts';
import { sendBack } from './kubernetes/take-back.ts';
import { undoOnCluster } from './kubernetes/undo-move.ts';
import { takeAliasBack } from './lambda/take-back.ts';
import { undoOnAlias } from './lambda/undo-move.ts';
import type { GoingBack, TakeTrafficBackPorts } from './seam/going-back.ts';
import type { HeldByRollout, UndoMove, UndoMovePorts, UndoneMove } from './seam/undone-move.ts';

/** Takes the calls off the canary of a rollout in flight. Returns the deployment as recorded. */
export function takeBackOnTarget(ports: TakeTrafficBackPorts, order: GoingBack): Promise<Deployment> {
  return forTarget(order.deployment.spec.target, {
    lambda: () => takeAliasBack(ports, order),
    kubernetes: () => sendBack(ports, order),
  });
}

/** Takes the calls of a promoted deployment back, or leaves that to the rollback that is opened for it. */
export function undoOnTarget(ports: UndoMovePorts, order: UndoMove): Promise<UndoneMove | HeldByRollout> {
  return forTarget(order.deployment.spec.target, {
    lambda: () => undoOnAlias(ports, order),
    kubernetes: async () => undoOnCluster(order.deployment),
  });
}
