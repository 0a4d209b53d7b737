/**
 * Makes rows of both versions, or the latencies of stable, from the values of a query. A missing value is never
 * invented.
 */
import { median } from '../domain/median.ts';
import type { PeriodRow, VersionPeriod } from '../domain/verdict/period-row.ts';
import type { LatencyQuery, MetricsQuery } from '../ports/metrics.ts';
import { ARMS, type Arm, sourceOf } from './metric-sources.ts';
import { type Figures, keys, PERCENTS } from './metric-stats.ts';

/**
 * When there are requests, a missing error count is 0, because zeros are not sent. Without requests there is no row.
 */
export function rowsOf(query: MetricsQuery, figures: Figures): PeriodRow[] {
  const times = ARMS.flatMap((arm) => [...(figures.get(keys.requests(arm))?.keys() ?? [])]);
  return [...new Set(times)]
    .sort((a, b) => a - b)
    .map((startsAt) => {
      const period = (arm: Arm) => periodOf(query, { figures, arm, at: startsAt });
      return { startsAt, canary: period('canary'), stable: period('stable') };
    })
    .filter(({ canary, stable }) => canary.requests > 0 || stable.requests > 0);
}

/** For each percentile, the median over the periods that have all percentiles, in milliseconds. */
export function latenciesOf(query: LatencyQuery, figures: Figures): readonly number[] {
  const { msAUnit } = sourceOf(query, { arm: 'stable', version: query.stable });
  const percentiles = PERCENTS.map((percent) => figures.get(keys.percentile(percent)) ?? new Map<number, number>());
  const times = [...(percentiles[0]?.keys() ?? [])].filter((at) => percentiles.every((points) => points.has(at)));
  if (times.length === 0) return [];
  return percentiles.map((points) => median(times.map((at) => (points.get(at) ?? 0) * msAUnit)));
}

interface Place {
  readonly figures: Figures;
  readonly arm: Arm;
  readonly at: number;
}

function periodOf(query: MetricsQuery, place: Place): VersionPeriod {
  const { arm } = place;
  const { msAUnit } = sourceOf(query, { arm, version: query[arm] });
  const requests = valueAt(place, keys.requests(arm)) ?? 0;
  const serverErrors = areServerErrorsKnown(place.figures) ? (valueAt(place, keys.serverErrors(arm)) ?? 0) : 0;
  const durationP99 = valueAt(place, keys.durationP99Ms(arm));
  const slower = slowerThan(query.latenciesMs, { ...place, requests });
  return {
    requests,
    ...errorsOf({ requests, errors: valueAt(place, keys.errors(arm)) ?? 0, serverErrors }),
    durationP99Ms: durationP99 === undefined ? null : durationP99 * msAUnit,
    ...(slower === undefined ? {} : { slower }),
  };
}

/**
 * A function that counts its server errors reports 0 in every period without one. Unless both versions report them, the
 * first version that counts them would be blamed for errors that the version before did not count.
 */
function areServerErrorsKnown(figures: Figures): boolean {
  return ARMS.every((arm) => !figures.has(keys.requests(arm)) || figures.has(keys.serverErrors(arm)));
}

/** A call counts as bad once, even if it answers with a server error and also fails after that. */
function errorsOf({
  requests,
  errors,
  serverErrors,
}: Record<'requests' | 'errors' | 'serverErrors', number>): Pick<VersionPeriod, 'errors' | 'serverErrors'> {
  const counted = Math.max(0, Math.min(serverErrors, requests - errors));
  return { errors: errors + counted, ...(counted > 0 && { serverErrors: counted }) };
}

/** Undefined when no latencies were requested, or when one of them was not measured. */
function slowerThan(
  latenciesMs: readonly number[] | undefined,
  { requests, ...place }: Place & { readonly requests: number },
): readonly number[] | undefined {
  if (requests === 0) return latenciesMs?.map(() => 0);
  const counts = latenciesMs?.map((_, index) => countedAbove(place, index) ?? workedOutAbove(place, index));
  return counts?.every((count) => count !== undefined) ? counts : undefined;
}

/**
 * A missing value means 0 when the series has any value, because zeros are not sent. A series without any value may not
 * exist.
 */
function countedAbove(place: Place, index: number): number | undefined {
  const key = keys.slower(place.arm, index);
  return place.figures.has(key) ? (valueAt(place, key) ?? 0) : undefined;
}

function workedOutAbove(place: Place, index: number): number | undefined {
  const measured = valueAt(place, keys.measured(place.arm));
  const withinPercent = valueAt(place, keys.withinPercent(place.arm, index));
  if (measured === undefined || withinPercent === undefined) return undefined;
  return Math.round((measured * (100 - withinPercent)) / 100);
}

function valueAt({ figures, at }: Place, key: string): number | undefined {
  return figures.get(key)?.get(at);
}
