/**
 * What both versions behind an alias did, from CloudWatch, in as few GetMetricData calls as can be.
 *
 * Periods of 60 s come from Lambda's own metrics. Periods of 10 s come from the namespace `Slipway`, which a function
 * fills by Embedded Metric Format at StorageResolution 1: `Invocations` and `Errors` (1 or 0 a request, unit Count) and
 * `Duration` (Milliseconds), each with the same three dimensions FunctionName, Resource (`function:alias`) and
 * ExecutedVersion. The pods of a workload on Kubernetes write the same three metrics there, for both lengths of period, with
 * the dimensions Cluster, Namespace, Workload and Version; they find their version in the label `slipway/version`.
 */
import type { CloudWatchClient, Dimension, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { targetName } from '../domain/preflight.ts';
import type { Target } from '../domain/service-spec.ts';
import type { PeriodRow, VersionPeriod } from '../domain/verdict/period-row.ts';
import type { Metrics, MetricsQuery } from '../ports/metrics.ts';
import { readSeries, SERIES_A_CALL, type Series } from './metric-series.ts';

/** CloudWatch keeps periods of less than a minute for 3 hours, and answers a request from before that with nothing. */
const SHORT_PERIODS_KEPT_MS = 3 * 3_600_000 - 60_000;

export function cloudwatchMetrics(cloudwatch: CloudWatchClient): Metrics {
  return {
    async read(queries) {
      const answers = new Map<string, readonly PeriodRow[]>(queries.map(({ id }) => [id, []]));
      for (const batch of batchesOf(queries.map(windowed).filter(({ startsAt, endsAt }) => startsAt < endsAt))) {
        // One after the other: CloudWatch limits the data points a second, and a tick has a minute.
        const series = await readSeries(cloudwatch, requestFor(batch));
        for (const [index, query] of batch.entries()) answers.set(query.id, rowsOf(query, { series, index }));
      }
      return answers;
    },
    readLatencies: async () => new Map(),
  };
}

/** A query with its closed periods: from the start of the first one to the end of the last one. */
type Windowed = MetricsQuery & { readonly startsAt: number; readonly endsAt: number };

function windowed(query: MetricsQuery): Windowed {
  const periodMs = query.periodSeconds * 1_000;
  const from = query.periodSeconds < 60 ? Math.max(query.from, query.to - SHORT_PERIODS_KEPT_MS) : query.from;
  return {
    ...query,
    startsAt: Math.ceil(from / periodMs) * periodMs,
    endsAt: Math.floor(query.to / periodMs) * periodMs,
  };
}

/**
 * A call has one window for all its series: so queries that begin at about the same time go together, each batch reads
 * from its earliest start to its latest end, and what a query did not ask for is left out of its rows.
 */
function batchesOf(queries: readonly Windowed[]): Windowed[][] {
  const batches: Windowed[][] = [];
  let seriesInBatch = SERIES_A_CALL;
  const inOrder = [...queries].sort((a, b) => a.periodSeconds - b.periodSeconds || a.startsAt - b.startsAt);
  for (const query of inOrder) {
    const count = metricsOf(query).length * 2;
    const batch = batches.at(-1);
    if (batch?.[0]?.periodSeconds === query.periodSeconds && seriesInBatch + count <= SERIES_A_CALL) {
      batch.push(query);
      seriesInBatch += count;
    } else {
      batches.push([query]);
      seriesInBatch = count;
    }
  }
  return batches;
}

function requestFor(batch: readonly Windowed[]) {
  return {
    startsAt: Math.min(...batch.map(({ startsAt }) => startsAt)),
    endsAt: Math.max(...batch.map(({ endsAt }) => endsAt)),
    queries: batch.flatMap((query, index) =>
      ARMS.flatMap((arm) => metricsOf(query).map((metric) => seriesQuery(query, { index, arm, metric }))),
    ),
  };
}

const ARMS = ['canary', 'stable'] as const;
const METRICS = {
  requests: { MetricName: 'Invocations', Stat: 'Sum' },
  errors: { MetricName: 'Errors', Stat: 'Sum' },
  durationP99Ms: { MetricName: 'Duration', Stat: 'p99' },
} as const;
type Metric = keyof typeof METRICS;
interface SeriesKey {
  readonly index: number;
  readonly arm: (typeof ARMS)[number];
  readonly metric: Metric;
}

function metricsOf({ metrics }: MetricsQuery): Metric[] {
  const needsDuration = metrics === undefined || metrics.includes('durationP99Ms');
  return needsDuration ? ['requests', 'errors', 'durationP99Ms'] : ['requests', 'errors'];
}

function seriesQuery(query: MetricsQuery, key: SeriesKey): MetricDataQuery {
  const { MetricName, Stat } = METRICS[key.metric];
  return {
    Id: seriesId(key),
    MetricStat: {
      Metric: {
        Namespace: query.periodSeconds === 60 && query.target.kind === 'lambda' ? 'AWS/Lambda' : 'Slipway',
        MetricName,
        Dimensions: dimensionsOf(query.target, query[key.arm]),
      },
      Period: query.periodSeconds,
      Stat,
    },
  };
}

function dimensionsOf(target: Target, version: string): Dimension[] {
  const values =
    target.kind === 'lambda'
      ? { FunctionName: target.function, Resource: targetName(target), ExecutedVersion: version }
      : { Cluster: target.cluster, Namespace: target.namespace, Workload: target.workload, Version: version };
  return Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
}

/** CloudWatch wants ids that begin with a small letter. */
function seriesId({ index, arm, metric }: SeriesKey): string {
  return `${arm}_${metric}_${index}`;
}

/** A missing count of errors beside requests is 0: Lambda sends no zeros. Without requests there is no row. */
function rowsOf(query: Windowed, { series, index }: { series: Series; index: number }): PeriodRow[] {
  const pointOf = (key: Omit<SeriesKey, 'index'>, at: number) => series.get(seriesId({ ...key, index }))?.get(at);
  const period = (arm: SeriesKey['arm'], at: number): VersionPeriod => ({
    requests: pointOf({ arm, metric: 'requests' }, at) ?? 0,
    errors: pointOf({ arm, metric: 'errors' }, at) ?? 0,
    durationP99Ms: pointOf({ arm, metric: 'durationP99Ms' }, at) ?? null,
  });
  const times = ARMS.flatMap((arm) => [...(series.get(seriesId({ index, arm, metric: 'requests' }))?.keys() ?? [])]);
  return [...new Set(times)]
    .filter((at) => at >= query.startsAt && at < query.endsAt)
    .sort((a, b) => a - b)
    .map((startsAt) => ({ startsAt, canary: period('canary', startsAt), stable: period('stable', startsAt) }))
    .filter(({ canary, stable }) => canary.requests > 0 || stable.requests > 0);
}
