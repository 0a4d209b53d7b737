/** The twin forgets the same rows as the store: see `Upkeep` in ports/upkeep.ts. */
import { isInFlight } from '../../domain/deployment/deployment.ts';
import type { ForgetOrder, Forgotten, Upkeep } from '../../ports/upkeep.ts';
import type { LedgerState } from './state.ts';

export function twinUpkeep(state: LedgerState): Upkeep {
  return {
    async forget(order) {
      const old = rowsOf[order.kind](state, order).sort((one, other) => one.age - other.age);
      const forgotten = old.slice(0, order.limit);
      for (const { remove } of forgotten) remove();
      return forgotten.length;
    },
  };
}

interface OldRow {
  /** A smaller value means older. */
  readonly age: number;
  readonly remove: () => void;
}

const rowsOf: Record<Forgotten, (state: LedgerState, order: ForgetOrder) => OldRow[]> = {
  outbox: ({ outbox }, { before }) =>
    [...outbox].flatMap(([id, { message, publishedAt }]) =>
      publishedAt !== null && message.at <= before ? [{ age: message.at, remove: () => outbox.delete(id) }] : [],
    ),
  evidence: ({ evidence, deployments }, { before }) =>
    [...evidence].flatMap(([id, rows]) => {
      const deployment = deployments.get(id);
      const isOver = deployment === undefined || (deployment.settledAt !== null && deployment.settledAt <= before);
      const old = isOver ? [...rows.keys()].filter((startsAt) => startsAt <= before) : [];
      return old.map((startsAt) => ({ age: startsAt, remove: () => rows.delete(startsAt) }));
    }),
  keys: ({ claims }, { before }) =>
    [...claims].flatMap(([key, { claimedAt }]) =>
      claimedAt <= before ? [{ age: claimedAt, remove: () => claims.delete(key) }] : [],
    ),
  waits: ({ waits, deployments }) =>
    [...waits.keys()].flatMap((id) => {
      const deployment = deployments.get(id);
      const isLeft = deployment === undefined || !isInFlight(deployment);
      return isLeft ? [{ age: 0, remove: () => waits.delete(id) }] : [];
    }),
};
