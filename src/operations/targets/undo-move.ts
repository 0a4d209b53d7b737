/** Takes the calls of a promoted deployment back: at once, or by the rollback that is opened for it. */
import { forTarget } from '../../domain/service/target.ts';
import { undoOnCluster } from './kubernetes/undo-move.ts';
import { undoOnAlias } from './lambda/undo-move.ts';
import type { HeldByRollout, UndoMove, UndoMovePorts, UndoneMove } from './undone-move.ts';

export function undoOnTarget(ports: UndoMovePorts, order: UndoMove): Promise<UndoneMove | HeldByRollout> {
  return forTarget(order.deployment.spec.target, {
    lambda: () => undoOnAlias(ports, order),
    kubernetes: async () => undoOnCluster(order.deployment),
  });
}
