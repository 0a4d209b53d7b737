/** How a service behaves in a rehearsal: what its versions do, and the outages that all of them share. */

export interface ServiceModel {
  /** The mean over a day; above 0. */
  readonly requestsPerSecond: number;
  /** How far the busiest hour is above that mean, and the quietest below it: 0 to 100. */
  readonly swingPercent: number;
  /** The share of requests to the stable version that fail, 0 to 100. */
  readonly errorPercent: number;
  /** The latency of the stable version, log-normal between these two quantiles; above 0, in milliseconds. */
  readonly medianMs: number;
  readonly p99Ms: number;
  /**
   * The relative deviation of each version's error rate and latency from minute to minute, beyond that of independent
   * requests.
   */
  readonly noisePercent: number;
  /** The additional time of a call that starts a new instance, in milliseconds. */
  readonly coldStartMs: number;
  /**
   * A shared outage: the share of rollouts that it hits, its length in minutes, and the factor of both versions'
   * errors.
   */
  readonly outage: { readonly percentOfRollouts: number; readonly minutes: number; readonly errorFactor: number };
}

/** An average service, for a spec that gives no figures. A report marks every figure that depends on it. */
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

/** By how much a new version is worse than stable; 1 means the same. */
export interface Harm {
  readonly errorFactor: number;
  readonly latencyFactor: number;
}
