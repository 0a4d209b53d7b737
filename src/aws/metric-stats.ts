/**
 * Chooses the metrics and statistics that answer a query. Each has its own key, which is part of its id in the request.
 *
 * `TC(250:)` is the number of samples above 250; `PR(:250)` is the percentage of samples up to 250. CloudWatch's
 * documentation names the metrics that support both, and Lambda's durations are not among them. So there is a second
 * way.
 */
import type { MetricStat } from '@aws-sdk/client-cloudwatch';
import type { LatencyQuery, MetricsQuery } from '../ports/metrics.ts';
import {
  ARMS,
  type Arm,
  type MetricSource,
  type ServerErrorsSource,
  serverErrorsOf,
  sourceOf,
} from './metric-sources.ts';

export type Stats = ReadonlyMap<string, MetricStat>;

/**
 * By key of the statistic: the values by the start of their period, in epoch milliseconds. A statistic without any
 * value is left out.
 */
export type Figures = ReadonlyMap<string, ReadonlyMap<number, number>>;

export const PERCENTS = [50, 90, 99] as const;

export const keys = {
  requests: (arm: Arm) => `${arm}_requests`,
  errors: (arm: Arm) => `${arm}_errors`,
  serverErrors: (arm: Arm) => `${arm}_serverErrors`,
  /** For all versions behind the alias. */
  allServerErrors: 'all_serverErrors',
  durationP99Ms: (arm: Arm) => `${arm}_durationP99Ms`,
  /** How many requests took longer than the latency at the index. */
  slower: (arm: Arm, index: number) => `${arm}_slower${index}`,
  /** How many durations were measured. */
  measured: (arm: Arm) => `${arm}_measured`,
  /** The percentage that took no longer than the latency at the index. */
  withinPercent: (arm: Arm, index: number) => `${arm}_within${index}`,
  percentile: (percent: number) => `stable_p${percent}`,
};

/**
 * Requests and errors of both versions, the server errors of all versions together, and what the query asks about
 * durations.
 */
export function countStats(query: MetricsQuery): Stats {
  const { metrics, latenciesMs = [] } = query;
  const needsP99 = metrics === undefined || metrics.includes('durationP99Ms');
  const all = serverErrorsOf(query, null);
  return new Map([
    ...ARMS.flatMap((arm) => {
      const source = sourceOf(query, { arm, version: query[arm] });
      return [
        [keys.requests(arm), statOf(query, { source, of: 'requests', stat: 'Sum' })],
        [keys.errors(arm), statOf(query, { source, of: 'errors', stat: 'Sum' })],
        ...(needsP99
          ? [[keys.durationP99Ms(arm), statOf(query, { source, of: 'durations', stat: 'p99' })] as const]
          : []),
        ...latenciesMs.map((latencyMs, index) => {
          const stat = `TC(${limit(source, latencyMs)}:)`;
          return [keys.slower(arm, index), statOf(query, { source, of: 'durations', stat })] as const;
        }),
      ] as const;
    }),
    ...(all === null ? [] : [[keys.allServerErrors, serverErrorStat(query, all)] as const]),
  ]);
}

/**
 * What must be read after the counts: the version of the server errors, if there are any, and the shares of slower
 * requests.
 */
export function secondStats(query: MetricsQuery, figures: Figures): Stats {
  return new Map([...serverErrorStats(query, figures), ...shareStats(query, figures)]);
}

function serverErrorStats(query: MetricsQuery, figures: Figures): Stats {
  const counted = [...(figures.get(keys.allServerErrors)?.values() ?? [])];
  if (!counted.some((count) => count > 0)) return new Map();
  return new Map(
    ARMS.flatMap((arm) => {
      const source = serverErrorsOf(query, query[arm]);
      return source === null ? [] : [[keys.serverErrors(arm), serverErrorStat(query, source)] as const];
    }),
  );
}

/**
 * For a count of slower requests without any value, although there were requests: the statistics from which to compute
 * it.
 */
function shareStats(query: MetricsQuery, figures: Figures): Stats {
  const latenciesMs = query.latenciesMs ?? [];
  return new Map(
    ARMS.flatMap((arm) => {
      if (!figures.has(keys.requests(arm))) return [];
      const source = sourceOf(query, { arm, version: query[arm] });
      const shares = latenciesMs.flatMap((latencyMs, index) => {
        if (figures.has(keys.slower(arm, index))) return [];
        const stat = `PR(:${limit(source, latencyMs)})`;
        return [[keys.withinPercent(arm, index), statOf(query, { source, of: 'durations', stat })] as const];
      });
      if (shares.length === 0) return [];
      return [
        [keys.measured(arm), statOf(query, { source, of: 'durations', stat: 'SampleCount' })] as const,
        ...shares,
      ];
    }),
  );
}

export function percentileStats(query: LatencyQuery): Stats {
  const source = sourceOf(query, { arm: 'stable', version: query.stable });
  return new Map(
    PERCENTS.map((percent) => [
      keys.percentile(percent),
      statOf(query, { source, of: 'durations', stat: `p${percent}` }),
    ]),
  );
}

/** Server errors have their own source: only functions count them apart from their errors. */
function serverErrorStat(
  { periodSeconds }: Pick<LatencyQuery, 'periodSeconds'>,
  { namespace, name, dimensions }: ServerErrorsSource,
): MetricStat {
  const Metric = { Namespace: namespace, MetricName: name, Dimensions: dimensionsOf(dimensions) };
  return { Metric, Period: periodSeconds, Stat: 'Sum' };
}

function dimensionsOf(dimensions: MetricSource['dimensions']) {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

function statOf(
  { periodSeconds }: Pick<LatencyQuery, 'periodSeconds'>,
  { source, of, stat }: { source: MetricSource; of: keyof MetricSource['names']; stat: string },
): MetricStat {
  return {
    Metric: { Namespace: source.namespace, MetricName: source.names[of], Dimensions: dimensionsOf(source.dimensions) },
    Period: periodSeconds,
    Stat: stat,
  };
}

/** Returns a number with at most ten decimal places, which CloudWatch accepts. */
function limit({ msAUnit }: MetricSource, latencyMs: number): string {
  return (latencyMs / msAUnit).toFixed(10).replace(/\.?0+$/, '');
}
