/**
 * What both versions of a target did, from CloudWatch, in as few GetMetricData calls as can be.
 *
 * Only closed periods are read, and the whole range every time: CloudWatch stamps a request with its start, so a period
 * may still grow for some minutes after its end, and whoever asks again gets what it has become.
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
      // Whose server errors they are is asked where there are any. And not every metric says how many of its samples lie above a
      // limit; of those, the share below it is asked for.
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
