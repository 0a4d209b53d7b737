/**
 * Counts the series that are asked of CloudWatch, which charges for each of them: what the adapter asks for first, query by
 * query. What it asks again where CloudWatch knows no count above a latency is not in it.
 */

import { onAlias } from '../domain/service/target.ts';
import type { Metrics, MetricsQuery } from '../ports/metrics.ts';

/** Wraps the same port once, however often it is given. */
export function metricsCounter(count: (series: number) => void): (metrics: Metrics) => Metrics {
  const made = new WeakMap<Metrics, Metrics>();
  return (metrics) => {
    const known = made.get(metrics);
    if (known !== undefined) return known;
    const counted: Metrics = {
      read(queries) {
        for (const query of queries) count(seriesIn(query));
        return metrics.read(queries);
      },
      readLatencies(queries) {
        count(queries.length * QUANTILES);
        return metrics.readLatencies(queries);
      },
    };
    made.set(metrics, counted);
    return counted;
  };
}

const QUANTILES = 3;
const VERSIONS = 2;

/** Requests, errors, the 99th percentile when it is wanted, and a count above each latency, of both versions; server errors of a function. */
function seriesIn({ target, periodSeconds, metrics, latenciesMs = [] }: MetricsQuery): number {
  const percentiles = metrics === undefined || metrics.includes('durationP99Ms') ? 1 : 0;
  const serverErrors = onAlias(target) !== null && periodSeconds === 60 ? 1 : 0;
  return serverErrors + VERSIONS * (2 + percentiles + latenciesMs.length);
}
