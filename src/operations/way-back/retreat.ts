/** Takes a rollout back for good, also when it is promoted in that very moment: then the promotion is undone. */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { type Retreat, takeTrafficBack } from './take-traffic-back.ts';
import { type UndoPromotionPorts, undoPromotion } from './undo-promotion.ts';

export async function retreat(ports: UndoPromotionPorts, order: Retreat): Promise<Deployment> {
  const taken = await takeTrafficBack(ports, order);
  const { because, by, requestKey = null } = order;
  // Its traffic is back already: what is left to do is to undo the promotion in the ledger.
  return taken.status === 'promoted' ? undoPromotion(ports, { deployment: taken, because, by, requestKey }) : taken;
}
