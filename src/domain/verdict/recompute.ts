/**
 * The state of the sequential judge from all rows. It goes on from where it was, when the rows begin as they did before: the
 * same bits, without the work of the minutes that were there already.
 */
import { hasTime, isSameRow, type MinuteRow } from './minute-row.ts';
import type { SequentialPolicy } from './policy.ts';
import { initial, next, type SequentialState } from './sequential.ts';

/** Rows in any order: late ones count as if they had been in time. Of a period that comes twice, the later in the list holds. */
export function recomputed(policy: SequentialPolicy, rows: readonly MinuteRow[]): SequentialState {
  const ordered = inOrder(rows);
  const timed = ordered.filter(hasTime);
  return ordered.slice(timed.length).reduce(next, continued(policy, timed));
}

/** Each period once, by its start; those of which nobody can say when they were come last. */
export function inOrder(rows: readonly MinuteRow[]): MinuteRow[] {
  const latest = new Map(rows.map((row) => [`${row.periodSeconds} ${row.startsAt}`, row]));
  const timed = [...latest.values()].filter(hasTime).sort((one, other) => one.startsAt - other.startsAt);
  return [...timed, ...rows.filter((row) => !hasTime(row))];
}

interface Reached {
  readonly rows: readonly MinuteRow[];
  readonly state: SequentialState;
}

/** What was reached for the rollouts that were asked for last, by policy and first row. */
const reached = new Map<string, Reached>();
const REACHED_MAX = 200;

function continued(policy: SequentialPolicy, rows: readonly MinuteRow[]): SequentialState {
  const key = `${rows[0]?.startsAt} ${JSON.stringify(policy, named)}`;
  const known = reached.get(key);
  const from = known !== undefined && beginsWith(rows, known.rows) ? known : { rows: [], state: initial(policy) };
  const state = rows.slice(from.rows.length).reduce(next, from.state);
  // A Map keeps the order in which its keys came: the first is the one that was asked for longest ago.
  reached.delete(key);
  for (const oldest of [...reached.keys()].slice(0, Math.max(0, reached.size + 1 - REACHED_MAX)))
    reached.delete(oldest);
  reached.set(key, { rows, state });
  return state;
}

/** JSON knows no NaN and no Infinity, and would take a policy with one for that with the other. */
function named(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function beginsWith(rows: readonly MinuteRow[], known: readonly MinuteRow[]): boolean {
  return known.length <= rows.length && known.every((row, index) => isSameRow(row, rows[index] as MinuteRow));
}
