/**
 * Reads the metrics of both versions of a target from CloudWatch, in as few GetMetricData calls as possible.
 *
 * Only closed periods are read, and each time the whole range. CloudWatch counts a request in the period of its start,
 * so a period may still grow for some minutes after its end. The next read gets the new values.
 */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../ports/clock.ts';
import type { LatencyQuery, Metrics, MetricsQuery } from '../ports/metrics.ts';
import { readFigures } from './metric-batches.ts';
import { latenciesOf, rowsOf } from './metric-rows.ts';
import { countStats, type Figures, percentileStats, secondStats } from './metric-stats.ts';
import { type Windowed, windowed } from './metric-windows.ts';

export function cloudwatchMetrics(cloudwatch: CloudWatchClient, clock: Clock): Metrics {
  const closed = <Query extends LatencyQuery>(queries: readonly Query[]) => {
    const now = clock.now();
    return queries.map((query) => windowed(query, { now }));
  };
  return {
    async read(queries) {
      const asked = closed(queries);
      const counts = await readFigures(cloudwatch, { queries: asked, statsOf: countStats });
      // The version of server errors is asked for only when there are any. Not every metric gives the number of samples
      // above a limit; for the others, the share below the limit is read.
      const open = (query: Windowed<MetricsQuery>) => secondStats(query, figuresOf(counts, query));
      const seconds = await readFigures(cloudwatch, { queries: asked, statsOf: open });
      return new Map(
        asked.map((query) => {
          const figures = new Map([...figuresOf(counts, query), ...figuresOf(seconds, query)]);
          return [query.id, rowsOf(query, figures)];
        }),
      );
    },
    async readLatencies(queries) {
      const asked = closed(queries);
      const percentiles = await readFigures(cloudwatch, { queries: asked, statsOf: percentileStats });
      return new Map(asked.map((query) => [query.id, latenciesOf(query, figuresOf(percentiles, query))]));
    },
  };
}

function figuresOf<Query>(found: ReadonlyMap<Query, Figures>, query: Query): Figures {
  return found.get(query) ?? new Map();
}
