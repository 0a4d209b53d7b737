/**
 * Invariant 14: a version gets calls when Lambda says that it is Active, and not before. AWS would take the order for a
 * Pending one, and its calls would fail; the rehearsed Lambda refuses it, so every such order is seen here.
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
