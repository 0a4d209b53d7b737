/**
 * Reads any number of queries in as few calls as possible. A call has one time range for all its series, so queries
 * that begin at about the same time share a call. Values that a query did not ask for are left out of its result. So
 * the result does not depend on the other queries of the call.
 */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { PeriodRange } from '../ports/metrics.ts';
import { readSeries, SERIES_A_CALL, type Series } from './metric-series.ts';
import type { Figures, Stats } from './metric-stats.ts';
import type { Windowed } from './metric-windows.ts';

type Ranged = Windowed<Pick<PeriodRange, 'periodSeconds'>>;

export async function readFigures<Query extends Ranged>(
  cloudwatch: CloudWatchClient,
  { queries, statsOf }: { readonly queries: readonly Query[]; readonly statsOf: (query: Query) => Stats },
): Promise<ReadonlyMap<Query, Figures>> {
  const figures = new Map<Query, Figures>();
  const wanted = queries.filter(({ startsAt, endsAt }) => startsAt < endsAt);
  for (const batch of batchesOf(wanted.map((query) => ({ query, stats: statsOf(query) })))) {
    // One after the other: CloudWatch limits the data points in a second, and a tick has a minute.
    const series = await readSeries(cloudwatch, requestFor(batch));
    for (const [index, one] of batch.entries()) figures.set(one.query, figuresIn(series, { index, ...one }));
  }
  return figures;
}

interface Wanted<Query> {
  readonly query: Query;
  readonly stats: Stats;
}

function batchesOf<Query extends Ranged>(wanted: readonly Wanted<Query>[]): Wanted<Query>[][] {
  const batches: Wanted<Query>[][] = [];
  let seriesInBatch = SERIES_A_CALL;
  const inOrder = wanted
    .filter(({ stats }) => stats.size > 0)
    .sort(({ query: a }, { query: b }) => a.periodSeconds - b.periodSeconds || a.startsAt - b.startsAt);
  for (const one of inOrder) {
    const batch = batches.at(-1);
    const fits = seriesInBatch + one.stats.size <= SERIES_A_CALL;
    if (fits && batch?.[0]?.query.periodSeconds === one.query.periodSeconds) {
      batch.push(one);
      seriesInBatch += one.stats.size;
    } else {
      batches.push([one]);
      seriesInBatch = one.stats.size;
    }
  }
  return batches;
}

function requestFor(batch: readonly Wanted<Ranged>[]) {
  return {
    startsAt: Math.min(...batch.map(({ query }) => query.startsAt)),
    endsAt: Math.max(...batch.map(({ query }) => query.endsAt)),
    queries: batch.flatMap(({ stats }, index) =>
      [...stats].map(([key, MetricStat]) => ({ Id: seriesId(key, index), MetricStat })),
    ),
  };
}

/** CloudWatch requires ids that begin with a lower-case letter. */
function seriesId(key: string, index: number): string {
  return `${key}_${index}`;
}

function figuresIn(series: Series, { index, query, stats }: { readonly index: number } & Wanted<Ranged>): Figures {
  const figures = new Map<string, ReadonlyMap<number, number>>();
  for (const key of stats.keys()) {
    const points = [...(series.get(seriesId(key, index)) ?? [])];
    const own = points.filter(([at]) => at >= query.startsAt && at < query.endsAt);
    if (own.length > 0) figures.set(key, new Map(own));
  }
  return figures;
}
