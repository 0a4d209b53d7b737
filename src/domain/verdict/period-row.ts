/** The rows on which a verdict rests: what both versions did in the same closed period. */

/** What one version did in one closed period. Counts are whole numbers >= 0. */
export interface VersionPeriod {
  readonly requests: number;
  /** Failed invocations, and server errors in answers where the service reports them; one invocation counts once. */
  readonly errors: number;
  /** The part of `errors` that are answers with a status of 500 or more; left out when there are none or they are not reported. */
  readonly serverErrors?: number | undefined;
  /** The 99th percentile of the duration; null without requests. */
  readonly durationP99Ms: number | null;
  /** Requests slower than each latency of the query, in the query's order; left out when the query named no latency. */
  readonly slower?: readonly number[];
}

export interface PeriodRow {
  /** Epoch milliseconds. */
  readonly startsAt: number;
  readonly canary: VersionPeriod;
  readonly stable: VersionPeriod;
}

/**
 * A row as the sequential judge reads it. Every `PeriodRow` is one: its length is the policy's unless the row names another.
 * Under a policy of 60 s, a row of 10 s feeds only the hard guard.
 */
export interface JudgedRow extends PeriodRow {
  readonly periodSeconds?: 10 | 60;
}

/** Which count of a period is judged: its errors, or the slow requests at this place of `slower`. */
export type CountKey = 'errors' | number;
