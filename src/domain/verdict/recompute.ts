/** The state of the sequential judge from all rows of a rollout, from the start or from where an earlier call had come to. */
import { hasTime, isSameRow } from './period-counts.ts';
import type { JudgedRow } from './period-row.ts';
import type { SequentialPolicy } from './policy.ts';
import { initial, next, type SequentialState } from './sequential.ts';

/** The state after these rows, in any order. A caller may pass one that remembers: the result must be that of `recomputed`. */
export type StateOf = (policy: SequentialPolicy, rows: readonly JudgedRow[]) => SequentialState;

/** Late rows count as if they had been in time. If a period comes twice, the later one in the list counts. */
export function recomputed(policy: SequentialPolicy, rows: readonly JudgedRow[]): SequentialState {
  return continued(startOf(policy), rows).state;
}

/** Each period once, by its start; rows whose start cannot be true come last. */
export function inOrder(rows: readonly JudgedRow[], policy: SequentialPolicy): JudgedRow[] {
  const isTimed = (row: JudgedRow) => hasTime(row, policy);
  const latest = new Map(rows.map((row) => [`${row.periodSeconds ?? policy.periodSeconds} ${row.startsAt}`, row]));
  const timed = [...latest.values()].filter(isTimed).sort((one, other) => one.startsAt - other.startsAt);
  return [...timed, ...rows.filter((row) => !isTimed(row))];
}

/** A state, and the rows in order that led to it. */
export interface Reached {
  readonly rows: readonly JudgedRow[];
  readonly state: SequentialState;
}

export function startOf(policy: SequentialPolicy): Reached {
  return { rows: [], state: initial(policy) };
}

/**
 * What all rows lead to, under the policy of the state. If they begin with the rows of `from`, only the others are computed;
 * otherwise all are. Both ways give the same bits.
 */
export function continued(from: Reached, rows: readonly JudgedRow[]): Reached {
  const { policy } = from.state;
  const ordered = inOrder(rows, policy);
  const { rows: known, state } = beginsWith(ordered, from.rows) ? from : startOf(policy);
  return { rows: ordered, state: ordered.slice(known.length).reduce(next, state) };
}

function beginsWith(rows: readonly JudgedRow[], known: readonly JudgedRow[]): boolean {
  return known.length <= rows.length && known.every((row, index) => isSameRow(row, rows[index] as JudgedRow));
}
