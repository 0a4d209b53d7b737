/** The rows that the sequential judge reads, from those that were measured: silence is made visible, what may be late is left out. */
import { ERRORS, slowerThan } from './baseline.ts';
import type { MinuteRow, VersionCounts } from './minute-row.ts';
import type { PeriodRow, VersionPeriod } from './period-row.ts';

export interface MeasuredRows {
  /** Since the rollout was opened, in any order. */
  readonly rows: readonly PeriodRow[];
  /** End of the last closed period, in epoch milliseconds; left out: nothing is known after the last row. */
  readonly until?: number | undefined;
  readonly periodSeconds: 10 | 60;
  /** By which `slower` was counted. */
  readonly latenciesMs: readonly number[];
}

/** Figures arrive within two minutes. */
const LATE_MS = 120_000;

/**
 * A period in which nobody called is no row at all (`Metrics.read`), and to the judge it is one without requests: between
 * rows at once, after the last one when it is too old to be late. A row that lacks one version may be half of what comes.
 */
export function judgedRows({ rows, until, periodSeconds, latenciesMs }: MeasuredRows): MinuteRow[] {
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
  return [...byStart.values(), ...silent].map((row) => minuteOf(row, { periodSeconds, latenciesMs }));
}

/** A week of ten seconds, the longest rollout: a row from far away must not cost the memory of all that lies between. */
const FILLED_MAX = 60_480;

const NO_CALLS: VersionPeriod = { requests: 0, errors: 0, durationP99Ms: null };

/** Without the last rows that are young and lack a version that had requests. */
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

function minuteOf(
  { startsAt, canary, stable }: PeriodRow,
  { periodSeconds, latenciesMs }: Pick<MeasuredRows, 'periodSeconds' | 'latenciesMs'>,
): MinuteRow {
  const counted = (version: VersionPeriod) => countsOf(version, latenciesMs);
  return { startsAt, periodSeconds, canary: counted(canary), stable: counted(stable) };
}

/** A count that was not measured is left out, which the judge tells; of no requests, none was slow. */
function countsOf({ requests, errors, slower }: VersionPeriod, latenciesMs: readonly number[]): VersionCounts {
  const slow = latenciesMs.flatMap((latencyMs, index): [string, number][] => {
    const count = requests === 0 ? 0 : slower?.[index];
    return count === undefined ? [] : [[slowerThan(latencyMs), count]];
  });
  return { requests, counts: { [ERRORS]: errors, ...Object.fromEntries(slow) } };
}
