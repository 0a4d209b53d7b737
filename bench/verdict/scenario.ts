/**
 * The two versions of a service in periods of one minute, drawn from a seed: requests, errors out of them, or requests above
 * three latencies. The draws are exact binomials, so a cell of thousands of rollouts takes seconds.
 */
import { historyOf } from '../../src/domain/verdict/burstiness.ts';
import { countOf } from '../../src/domain/verdict/period-counts.ts';
import type { PeriodRow, VersionPeriod } from '../../src/domain/verdict/period-row.ts';
import type { SequentialPolicy, SeriesPolicy } from '../../src/domain/verdict/policy.ts';
import { POLICY_DEFAULTS } from '../../src/domain/verdict/policy.ts';
import { ERROR_HARMS, LATENCY_HARMS } from '../../src/domain/verdict/ratios.ts';
import { drawAbove, drawNoise } from '../../src/rehearse/model/draw-period.ts';
import type { Random } from '../../src/twin/random.ts';

export interface Scenario {
  readonly requestsPerSecond: number;
  /** Errors per request of stable, 0 to 1; null when the scenario is about latency. */
  readonly errorRate: number | null;
  /** How many times stable's the canary's error rate is, or its latency. */
  readonly harm: number;
  /** The canary's share of the requests in the given minute, 0 to 1. */
  readonly weight: (minute: number) => number;
  /** Relative deviation, per minute and version, of the error rate or of the latency. */
  readonly noise: number;
  /** By what both versions' rate is multiplied in the given minute: a shared outage, a drift. */
  readonly shared: (minute: number) => number;
  /** Requests in the given minute relative to the mean: the shape of a day. */
  readonly load: (minute: number) => number;
  /** True when the judge knows the hour before. */
  readonly hasHistory: boolean;
  readonly minutes: number;
}

export const HEALTHY: Scenario = {
  requestsPerSecond: 100,
  errorRate: 0.01,
  harm: 1,
  weight: () => 0.1,
  noise: 0,
  shared: () => 1,
  load: () => 1,
  hasHistory: true,
  minutes: 30,
};

const ABOVE = ['above T50', 'above T90', 'above T99'] as const;
/** The place of the slow requests above T90 in a row. */
export const T90 = 1;
/** Latencies are log-normal with this deviation of their logarithm: the 99th percentile is 3.2 times the median. */
const LATENCY_SIGMA = 0.5;
const HISTORY_MINUTES = 60;

/** The rows of one rollout, one for each minute of the scenario. */
export function drawRows(scenario: Scenario, random: Random): PeriodRow[] {
  return Array.from({ length: scenario.minutes }, (_, minute) => {
    const requests = random.poisson(scenario.requestsPerSecond * 60 * scenario.load(minute));
    const canary = random.binomial(requests, scenario.weight(minute));
    const draw = (count: number, harm: number) => drawVersion(scenario, { random, requests: count, harm, minute });
    return {
      startsAt: minute * 60_000,
      canary: draw(canary, scenario.harm),
      stable: draw(requests - canary, 1),
    };
  });
}

interface Draw {
  readonly random: Random;
  readonly requests: number;
  readonly harm: number;
  readonly minute: number;
}

function drawVersion(scenario: Scenario, { random, requests, harm, minute }: Draw): VersionPeriod {
  const strayed = harm * scenario.shared(minute) * drawNoise(random, scenario.noise);
  if (scenario.errorRate !== null) {
    const errors = random.binomial(requests, Math.min(1, scenario.errorRate * strayed));
    return { requests, errors, durationP99Ms: null };
  }
  const slower = drawAbove(random, { requests, slowness: strayed, sigma: LATENCY_SIGMA });
  return { requests, errors: 0, durationP99Ms: null, slower };
}

/** The judge's policy for a scenario, with the history of the hour before the first step. */
export function policyFor(scenario: Scenario, { alpha, random }: { alpha: number; random: Random }): SequentialPolicy {
  const isErrors = scenario.errorRate !== null;
  const names = isErrors ? ['errors'] : ABOVE;
  const before = scenario.hasHistory
    ? Array.from({ length: HISTORY_MINUTES }, () => {
        const requests = random.poisson(scenario.requestsPerSecond * 60);
        return drawVersion({ ...scenario, shared: () => 1 }, { random, requests, harm: 1, minute: 0 });
      })
    : [];
  const series = names.map((name, place): SeriesPolicy => {
    const count = isErrors ? 'errors' : place;
    return {
      count,
      name,
      harms: isErrors ? ERROR_HARMS : LATENCY_HARMS,
      history: historyOf(before.map((stable) => countOf(stable, count))),
      badRate: isErrors ? 0.2 : null,
    };
  });
  // The rows begin after the warm-up, so that all judges see the same minutes.
  const metrics = [{ name: isErrors ? 'errors' : 'latency', weight: 1, series, observedOnly: false }];
  return { ...POLICY_DEFAULTS, alpha, warmUpMs: 0, metrics };
}
