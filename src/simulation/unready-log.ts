/**
 * Keeps the splits that Lambda refused because a version was not ready. A caller that repeats a split until the version
 * is ready would hide them.
 */
import { isSlipwayError } from '../domain/errors.ts';
import { targetName } from '../domain/service/target.ts';
import type { SplitOrder } from '../ports/traffic.ts';
import type { UnreadyOrder } from './checkers/checked-world.ts';

export interface UnreadyLog {
  /** Returns the same promise. A refusal is noted before any caller sees it. */
  watched<T>(order: SplitOrder, moving: Promise<T>): Promise<T>;
  list(): readonly UnreadyOrder[];
}

export function unreadyLog(): UnreadyLog {
  const orders: UnreadyOrder[] = [];
  return {
    list: () => orders,
    watched: ({ target }, moving) =>
      moving.catch((thrown: unknown) => {
        if (isSlipwayError(thrown) && thrown.details.code === 'ResourceConflictException')
          orders.push({ alias: targetName(target), because: thrown.message });
        throw thrown;
      }),
  };
}
