/**
 * Counts the series that CloudWatch is asked for, because each is charged. It counts what the adapter asks for first,
 * query by query. Repeated questions, when CloudWatch knows no count above a latency, are not counted.
 */

import { onAlias } from '../domain/service/target.ts';
import type { Metrics, MetricsQuery } from '../ports/metrics.ts';

/** Wraps the same port once, however often it is passed. */
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

/**
 * The series of both versions: requests, errors, the 99th percentile when it is wanted, a count above each latency, and
 * for a function the server errors.
 */
function seriesIn({ target, periodSeconds, metrics, latenciesMs = [] }: MetricsQuery): number {
  const percentiles = metrics === undefined || metrics.includes('durationP99Ms') ? 1 : 0;
  const serverErrors = onAlias(target) !== null && periodSeconds === 60 ? 1 : 0;
  return serverErrors + VERSIONS * (2 + percentiles + latenciesMs.length);
}
