/**
 * Shared harm: when the canary is as bad as stable, the canary is not the cause. Slipway then blames no version and holds the
 * rollout, because a promotion is not safe either while the service is bad; a person looks for the shared cause.
 */
import { type Counted, countsOf } from './period-counts.ts';
import type { JudgedRow } from './period-row.ts';
import { isWhole, type SeriesPolicy } from './policy.ts';

/** A bad rate is at least this many times the rate before. */
const BAD_RATIO = 3;
/** A bad count is also this many deviations above what chance and the service's own noise explain. */
const DEVIATIONS = 4;

/**
 * How both versions are bad, in words; null when at least one is not. A version is bad when its rate in the recent periods
 * (`recentPeriods`) is at least three times the history's rate and four deviations above it, or when it reaches the series'
 * `badRate`. Without an hour of history only the second rule applies.
 */
export function bothBad(series: SeriesPolicy, recent: readonly JudgedRow[]): string | null {
  const counts = recent.map((row) => countsOf(row, series.count));
  const canary = sumOf(counts.map(({ canary }) => canary));
  const stable = sumOf(counts.map(({ stable }) => stable));
  if (!isBad(series, canary) || !isBad(series, stable)) return null;
  const before = !isWhole(series.history) ? '' : `, ${percent(series.history.rate)} before`;
  return `${series.name}: ${percent(canary.count / canary.requests)} of the canary and ${percent(stable.count / stable.requests)} of stable${before}`;
}

function isBad({ history, badRate }: SeriesPolicy, { requests, count }: Counted): boolean {
  if (requests === 0) return false;
  const rate = count / requests;
  if (badRate !== null && rate >= badRate && requests >= BAD_REQUESTS_MIN) return true;
  if (!isWhole(history)) return false;
  const expected = history.rate * requests;
  const deviation = Math.sqrt(expected + history.burstiness * expected * expected);
  return count >= BAD_RATIO * expected && count >= expected + DEVIATIONS * deviation && count >= BAD_COUNT_MIN;
}

const BAD_REQUESTS_MIN = 30;
const BAD_COUNT_MIN = 5;

function sumOf(counts: readonly Counted[]): Counted {
  return counts.reduce(
    (sum, { requests, count }) => ({ requests: sum.requests + requests, count: sum.count + count }),
    { requests: 0, count: 0 },
  );
}

export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
