/** The rows that the sequential judge reads: it adds the periods without calls, and leaves out what may be incomplete. */
import type { PeriodRow, VersionPeriod } from './period-row.ts';

export interface MeasuredRows {
  /** Since the rollout was opened, in any order. */
  readonly rows: readonly PeriodRow[];
  /** End of the last closed period, in epoch milliseconds; left out when nothing is known after the last row. */
  readonly until?: number | undefined;
  readonly periodSeconds: 10 | 60;
}

/** Figures arrive within two minutes. */
const LATE_MS = 120_000;

/**
 * Each period once, in no order. `Metrics.read` gives no row for a period without calls; here it becomes a row without requests:
 * between two rows at once, after the last row when the figures can no longer be late. A young row that lacks one version is
 * left out, because its other half may still come.
 */
export function judgedRows({ rows, until, periodSeconds }: MeasuredRows): PeriodRow[] {
  const periodMs = periodSeconds * 1_000;
  const arrived = withoutHalves(rows, { arrivedUntil: (until ?? Number.POSITIVE_INFINITY) - LATE_MS, periodMs });
  const byStart = new Map(arrived.map((row) => [row.startsAt, row]));
  const starts = [...byStart.keys()].filter(Number.isSafeInteger);
  const first = Math.min(...starts);
  const last = Math.max(...starts, until === undefined ? first : until - LATE_MS - periodMs);
  const between = Math.floor((last - first) / periodMs) + 1;
  const silent = Array.from({ length: Number.isFinite(between) ? Math.min(between, FILLED_MAX) : 0 }, (_, index) => {
    return first + index * periodMs;
  })
    .filter((startsAt) => !byStart.has(startsAt))
    .map((startsAt) => ({ startsAt, canary: NO_CALLS, stable: NO_CALLS }));
  return [...byStart.values(), ...silent];
}

/** A week of 10 s, the longest rollout: one row from far away must not cost the memory of all periods up to it. */
const FILLED_MAX = 60_480;

const NO_CALLS: VersionPeriod = { requests: 0, errors: 0, durationP99Ms: null };

/** Without the last rows that are young and lack a version that had requests before. */
function withoutHalves(
  rows: readonly PeriodRow[],
  { arrivedUntil, periodMs }: { readonly arrivedUntil: number; readonly periodMs: number },
): PeriodRow[] {
  const inOrder = rows.toSorted((one, other) => one.startsAt - other.startsAt);
  const calls = (version: 'canary' | 'stable') => inOrder.some((row) => row[version].requests > 0);
  const called = (['canary', 'stable'] as const).filter(calls);
  const isHalf = (row: PeriodRow) => called.some((version) => row[version].requests === 0);
  const whole = inOrder.findLastIndex((row) => row.startsAt + periodMs <= arrivedUntil || !isHalf(row));
  return inOrder.slice(0, whole + 1);
}
