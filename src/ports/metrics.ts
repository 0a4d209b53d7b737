/** What a judge knows of two versions: figures by closed period, in as few calls as can be. Every method is repeatable. */
import type { Target, ThresholdRule } from '../domain/service/service-spec.ts';
import type { PeriodRow } from '../domain/verdict/period-row.ts';

/** Closed periods only: those that start at or after `from` and end at or before `to`, in epoch milliseconds. */
export interface PeriodRange {
  readonly from: number;
  readonly to: number;
  readonly periodSeconds: 10 | 60;
}

export interface MetricsQuery extends PeriodRange {
  /** The caller's own word for the query, by which it finds its answer. */
  readonly id: string;
  readonly target: Target;
  readonly stable: string;
  readonly canary: string;
  /** The metrics that rules look at; without `durationP99Ms` among them it is not read, and null. Left out: all of them. */
  readonly metrics?: readonly ThresholdRule['metric'][];
  /** Each row says how many requests took longer than each of these, ascending and above 0. Left out: `slower` is left out. */
  readonly latenciesMs?: readonly number[];
}

export interface LatencyQuery extends PeriodRange {
  readonly id: string;
  readonly target: Target;
  readonly stable: string;
}

export interface Metrics {
  /**
   * What both versions did, per closed period, oldest first. A period in which neither had a request is left out; a
   * version without a request in a listed period has zeros. Any number of queries, batched into as few calls as can be.
   * `slower` is left out of a version that had requests and whose latency was not measured.
   */
  read(queries: readonly MetricsQuery[]): Promise<ReadonlyMap<string, readonly PeriodRow[]>>;
  /**
   * What half, 90 % and 99 % of the stable version's requests did not exceed, in milliseconds: of each, the median over the
   * closed periods. Empty when no latency was measured. Batched like `read`.
   */
  readLatencies(queries: readonly LatencyQuery[]): Promise<ReadonlyMap<string, readonly number[]>>;
}
