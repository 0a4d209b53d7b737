/** What both versions did in the same closed period: the rows on which a verdict rests. */
/** What one version did in one closed period. Counts are whole numbers >= 0; `durationP99Ms` is null without requests. */
export interface VersionPeriod {
  readonly requests: number;
  /** Invocations that failed and answers with a server error, as far as somebody counts these; an invocation is bad once. */
  readonly errors: number;
  /** Of the errors, the answers with a status of 500 or more; left out: none, or nobody counts them. */
  readonly serverErrors?: number | undefined;
  readonly durationP99Ms: number | null;
  /** Requests that took longer than each of the latencies that were asked for, in their order; left out when none were. */
  readonly slower?: readonly number[];
}

/** One closed period, by its start in epoch milliseconds. */
export interface PeriodRow {
  readonly startsAt: number;
  readonly canary: VersionPeriod;
  readonly stable: VersionPeriod;
}
