/**
 * Who is to blame. A canary that is as bad as stable is not why the service is bad; but nobody should promote anything while
 * both are, so the rollout holds and a person looks for the shared cause.
 */
import type { MinuteRow, VersionCounts } from './minute-row.ts';
import type { SeriesPolicy } from './policy.ts';

/** So many times the rate before is bad. */
const BAD_RATIO = 3;
/** And it must stand out of what chance and the service's own noise do, by so many deviations. */
const DEVIATIONS = 4;

/**
 * How both versions are bad, in words; null when at least one is not. Bad: in the recent periods (`recentPeriods`) at least three times
 * the history's rate and four deviations above it, or at the series' `badRate`. Without a history only the latter is known.
 */
export function bothBad(series: SeriesPolicy, recent: readonly MinuteRow[]): string | null {
  const canary = sumOf(
    recent.map(({ canary }) => canary),
    series.name,
  );
  const stable = sumOf(
    recent.map(({ stable }) => stable),
    series.name,
  );
  if (!isBad(series, canary) || !isBad(series, stable)) return null;
  const before = series.history === null ? '' : `, ${percent(series.history.rate)} before`;
  return `${series.name}: ${percent(canary.count / canary.requests)} of the canary and ${percent(stable.count / stable.requests)} of stable${before}`;
}

interface Sum {
  readonly requests: number;
  readonly count: number;
}

function isBad({ history, badRate }: SeriesPolicy, { requests, count }: Sum): boolean {
  if (requests === 0) return false;
  const rate = count / requests;
  if (badRate !== null && rate >= badRate && requests >= BAD_REQUESTS_MIN) return true;
  if (history === null) return false;
  const expected = history.rate * requests;
  const deviation = Math.sqrt(expected + history.burstiness * expected * expected);
  return count >= BAD_RATIO * expected && count >= expected + DEVIATIONS * deviation && count >= BAD_COUNT_MIN;
}

const BAD_REQUESTS_MIN = 30;
const BAD_COUNT_MIN = 5;

function sumOf(versions: readonly VersionCounts[], name: string): Sum {
  return versions.reduce(
    (sum, { requests, counts }) => ({ requests: sum.requests + requests, count: sum.count + (counts[name] as number) }),
    { requests: 0, count: 0 },
  );
}

export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
