/**
 * Invariant 14: a version gets calls when Lambda says that it is Active, and not before. AWS would take the order for a
 * Pending one, and its calls would fail; the rehearsed Lambda refuses it, so every such order is seen here.
 */
import { type Checker, firstComplaint } from './checked-world.ts';

export function callsNeedReadiness(): Checker {
  let seen = 0;
  return {
    invariant: '14 calls need readiness',
    check({ unreadyOrders }) {
      if (seen === unreadyOrders.length) return null;
      const fresh = unreadyOrders.slice(seen);
      seen = unreadyOrders.length;
      return firstComplaint(fresh, ({ alias, because }) => `${alias} was to have calls on it: ${because}`);
    },
  };
}
