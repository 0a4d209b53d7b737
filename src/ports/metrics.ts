/**
 * The figures from which a judge compares two versions, by closed period, read in as few calls as possible. Every
 * method is repeatable.
 */
import type { Target, ThresholdRule } from '../domain/service/service-spec.ts';
import type { PeriodRow } from '../domain/verdict/period-row.ts';

/** Covers only closed periods: those that start at or after `from` and end at or before `to`, in epoch milliseconds. */
export interface PeriodRange {
  readonly from: number;
  readonly to: number;
  readonly periodSeconds: 10 | 60;
}

export interface MetricsQuery extends PeriodRange {
  /** The caller chooses this id, and finds the answer of the query by it. */
  readonly id: string;
  readonly target: Target;
  readonly stable: string;
  readonly canary: string;
  /**
   * The metrics that the rules use; when left out, all metrics. Without `durationP99Ms` in the list, that metric is not
   * read and is null.
   */
  readonly metrics?: readonly ThresholdRule['metric'][];
  /**
   * Limits in milliseconds, ascending and above 0. Each row counts the requests that took longer than each limit. When
   * left out, the rows have no `slower`.
   */
  readonly latenciesMs?: readonly number[];
}

export interface LatencyQuery extends PeriodRange {
  readonly id: string;
  readonly target: Target;
  readonly stable: string;
}

export interface Metrics {
  /**
   * Returns what both versions did in each closed period, oldest first. Takes any number of queries, and batches them.
   * * It leaves out a period in which neither version had a request.
   * * A version without a request in a listed period has zeros.
   * * It leaves out `slower` for a version that had requests but no measured latency.
   */
  read(queries: readonly MetricsQuery[]): Promise<ReadonlyMap<string, readonly PeriodRow[]>>;
  /**
   * Returns the p50, p90 and p99 latency of the stable version in milliseconds: for each, the median over the closed
   * periods. Empty when no latency was measured. Batched like `read`.
   */
  readLatencies(queries: readonly LatencyQuery[]): Promise<ReadonlyMap<string, readonly number[]>>;
}
