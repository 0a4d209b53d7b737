/**
 * Invariant 14: a version gets calls only when Lambda says that it is Active. AWS would accept the order for a Pending
 * version, and its calls would fail. The rehearsed Lambda refuses the order, so every such order is visible here.
 */
import { additions, type Checker, firstComplaint, type UnreadyOrder } from './checked-world.ts';

export function callsNeedReadiness(): Checker {
  const fresh = additions<UnreadyOrder>();
  return {
    invariant: '14 calls need readiness',
    check: ({ unreadyOrders }) =>
      firstComplaint(fresh(unreadyOrders), ({ alias, because }) => `${alias} was to have calls on it: ${because}`),
  };
}
