/** How a service behaves, as the rehearsal plays it: what its versions do, and what befalls all of them. */

export interface ServiceModel {
  /** Mean over a day; above 0. */
  readonly requestsPerSecond: number;
  /** How far the busiest hour lies above that mean, and the quietest below it: 0 to 100. */
  readonly swingPercent: number;
  /** Requests to the stable version that fail, 0 to 100. */
  readonly errorPercent: number;
  /** Latency of the stable version, log-normal between these two quantiles; above 0, in milliseconds. */
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Relative deviation from minute to minute of each version's error rate and latency, beyond that of independent requests. */
  readonly noisePercent: number;
  /** What a call takes longer when it starts a new instance, in milliseconds. */
  readonly coldStartMs: number;
  /** A shared outage: so many times the errors of both versions, for so many minutes; it falls into one rollout in so many. */
  readonly outage: { readonly percentOfRollouts: number; readonly minutes: number; readonly errorFactor: number };
}

/** A middling service, for a spec that says nothing: every figure of a report that rests on it says so. */
export const DEFAULT_MODEL: ServiceModel = {
  requestsPerSecond: 100,
  swingPercent: 30,
  errorPercent: 0.5,
  medianMs: 40,
  p99Ms: 180,
  noisePercent: 5,
  coldStartMs: 200,
  outage: { percentOfRollouts: 2, minutes: 5, errorFactor: 10 },
};

/** What a new version does worse than stable: 1 is the same. */
export interface Harm {
  readonly errorFactor: number;
  readonly latencyFactor: number;
}
