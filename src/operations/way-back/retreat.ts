/** Rolls back a rollout for good. If the rollout is promoted at the same moment, the promotion is undone. */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { type Retreat, takeTrafficBack } from './take-traffic-back.ts';
import { type UndoPromotionPorts, undoPromotion } from './undo-promotion.ts';

export async function retreat(ports: UndoPromotionPorts, order: Retreat): Promise<Deployment> {
  const taken = await takeTrafficBack(ports, order);
  const { because, by, requestKey = null } = order;
  // The traffic is already back. Only the undo of the promotion remains to be recorded in the ledger.
  return taken.status === 'promoted' ? undoPromotion(ports, { deployment: taken, because, by, requestKey }) : taken;
}
