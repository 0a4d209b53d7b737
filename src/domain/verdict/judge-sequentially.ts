/** The judge `sequential` over the rows that a rollout has: the errors of both versions, minute by minute. */
import type { SequentialJudge } from '../service-spec.ts';
import { historyOf } from './burstiness.ts';
import { MINUTE_MS, type MinuteRow } from './minute-row.ts';
import type { PeriodRow, VersionPeriod } from './period-row.ts';
import { POLICY_DEFAULTS, type SequentialPolicy } from './policy.ts';
import { ERROR_HARMS } from './ratios.ts';
import { recomputed } from './sequential.ts';
import { type SequentialVerdict, verdictOf } from './sequential-verdict.ts';
import type { Evidence, Verdict } from './verdict.ts';

/** The rows of the rollout, and those of the hour before it, in any order. */
export interface SequentialRows {
  readonly rows: readonly PeriodRow[];
  readonly before: readonly PeriodRow[];
}

/** Errors at which a version is bad whatever it was before. */
const BAD_RATE = 0.2;

/** May be asked every minute. The state is made from the rows each time, so a late minute counts as one that was in time. */
export function judgeSequentially(judge: SequentialJudge, { rows, before }: SequentialRows): Verdict {
  const reached = verdictOf(recomputed(policyOf(judge, before), minutesOf(rows)));
  const { kind, because, blames } = reached;
  const evidence = [evidenceOf(judge, { reached, rows })];
  return blames === 'both' ? { kind, because, evidence, holds: true } : { kind, because, evidence };
}

function policyOf(
  { falseRollbackPercent, harmRatio, minimumRequests }: SequentialJudge,
  before: readonly PeriodRow[],
): SequentialPolicy {
  const history = historyOf(before.map(({ stable }) => ({ requests: stable.requests, count: stable.errors })));
  const series = [{ name: 'errors', harms: ERROR_HARMS, history, badRate: BAD_RATE }];
  const metrics = [{ name: 'errors', weight: 1, series, observedOnly: false }];
  return { ...POLICY_DEFAULTS, alpha: falseRollbackPercent / 100, harmRatio, minimumRequests, metrics };
}

/** A minute in which nobody called is no row at all (`Metrics.read`), and to the judge it is one without requests. */
function minutesOf(rows: readonly PeriodRow[]): MinuteRow[] {
  const byStart = new Map(rows.map((row) => [row.startsAt, row]));
  const starts = [...byStart.keys()].filter(Number.isSafeInteger);
  const [first, last] = [Math.min(...starts), Math.max(...starts)];
  const silent = Array.from(
    { length: Math.max(0, (last - first) / MINUTE_MS) },
    (_, index) => first + index * MINUTE_MS,
  )
    .filter((startsAt) => !byStart.has(startsAt))
    .map((startsAt) => ({ startsAt, canary: NO_CALLS, stable: NO_CALLS }));
  return [...byStart.values(), ...silent].map(minuteOf);
}

const NO_CALLS: VersionPeriod = { requests: 0, errors: 0, durationP99Ms: null };

function minuteOf({ startsAt, canary, stable }: PeriodRow): MinuteRow {
  const counted = ({ requests, errors }: VersionPeriod) => ({ requests, counts: { errors } });
  return { startsAt, periodSeconds: 60, canary: counted(canary), stable: counted(stable) };
}

const OUTCOMES = { healthy: 'pass', unhealthy: 'fail', inconclusive: 'inconclusive' } as const;

function evidenceOf(
  { falseRollbackPercent }: SequentialJudge,
  { reached, rows }: { readonly reached: SequentialVerdict; readonly rows: readonly PeriodRow[] },
): Evidence {
  const [series] = reached.metrics.flatMap((metric) => metric.series);
  const ratio = series?.ratio == null ? 'unknown' : series.ratio.toPrecision(3);
  const interval = `${series?.from} to ${series?.to ?? 'any'}`;
  const rule = `errors against stable, at most ${falseRollbackPercent} % false rollbacks: ratio ${ratio} (${interval}), evidence ${reached.evidence.toFixed(2)} of ${reached.limit.toFixed(2)}`;
  const periods = rows
    .toSorted((one, other) => one.startsAt - other.startsAt)
    .flatMap(({ startsAt, canary, stable }) => {
      const value = errorPercent(canary);
      return value === null ? [] : [{ startsAt, canary: value, stable: errorPercent(stable) }];
    });
  return { rule, outcome: OUTCOMES[reached.kind], periods };
}

function errorPercent({ requests, errors }: VersionPeriod): number | null {
  return requests > 0 ? (errors / requests) * 100 : null;
}
