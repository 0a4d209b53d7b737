/**
 * What happens to the two versions of a service minute by minute, drawn from a seed: requests, errors out of them, or requests
 * above three latencies. Draws are exact binomials, so a cell of thousands of rollouts takes seconds.
 */
import { historyOf } from '../../src/domain/verdict/burstiness.ts';
import type { MinuteRow, VersionCounts } from '../../src/domain/verdict/minute-row.ts';
import type { SequentialPolicy, SeriesPolicy } from '../../src/domain/verdict/policy.ts';
import { POLICY_DEFAULTS } from '../../src/domain/verdict/policy.ts';
import { ERROR_HARMS, LATENCY_HARMS } from '../../src/domain/verdict/ratios.ts';
import { drawAbove, drawNoise } from '../../src/rehearse/model/draw-minutes.ts';
import type { Random } from '../../src/twin/random.ts';

export interface Scenario {
  readonly requestsPerSecond: number;
  /** Errors per request of stable, 0 to 1; or null, when the scenario is about latency. */
  readonly errorRate: number | null;
  /** The canary's error rate, or its latency, is so many times stable's. */
  readonly harm: number;
  /** The canary's share of the requests in the given minute, 0 to 1. */
  readonly weight: (minute: number) => number;
  /** Relative deviation, per minute and version, of the error rate or of the latency. */
  readonly noise: number;
  /** How often both versions' rate is what it was, in the given minute: a shared outage, a drift. */
  readonly shared: (minute: number) => number;
  /** Requests in the given minute relative to the mean: the shape of a day. */
  readonly load: (minute: number) => number;
  /** Whether the judge knows the hour before. */
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

export const ABOVE = ['above T50', 'above T90', 'above T99'] as const;
/** Latencies are log-normal with this deviation of their logarithm: the 99th percentile is 3.2 times the median. */
const LATENCY_SIGMA = 0.5;
const HISTORY_MINUTES = 60;

/** Rows of one rollout, as many as the scenario has minutes. */
export function drawRows(scenario: Scenario, random: Random): MinuteRow[] {
  return Array.from({ length: scenario.minutes }, (_, minute) => {
    const requests = random.poisson(scenario.requestsPerSecond * 60 * scenario.load(minute));
    const canary = random.binomial(requests, scenario.weight(minute));
    const draw = (count: number, harm: number) => drawVersion(scenario, { random, requests: count, harm, minute });
    return {
      startsAt: minute * 60_000,
      periodSeconds: 60,
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

function drawVersion(scenario: Scenario, { random, requests, harm, minute }: Draw): VersionCounts {
  const strayed = harm * scenario.shared(minute) * drawNoise(random, scenario.noise);
  if (scenario.errorRate !== null) {
    const errors = random.binomial(requests, Math.min(1, scenario.errorRate * strayed));
    return { requests, counts: { errors } };
  }
  const above = drawAbove(random, { requests, slowness: strayed, sigma: LATENCY_SIGMA });
  return { requests, counts: Object.fromEntries(ABOVE.map((name, index) => [name, above[index] ?? 0])) };
}

/** The judge's policy for a scenario, with the history that it would have read before the first step. */
export function policyFor(scenario: Scenario, { alpha, random }: { alpha: number; random: Random }): SequentialPolicy {
  const isErrors = scenario.errorRate !== null;
  const names = isErrors ? ['errors'] : ABOVE;
  const before = scenario.hasHistory
    ? Array.from({ length: HISTORY_MINUTES }, () => {
        const requests = random.poisson(scenario.requestsPerSecond * 60);
        return drawVersion({ ...scenario, shared: () => 1 }, { random, requests, harm: 1, minute: 0 });
      })
    : [];
  const series = names.map(
    (name): SeriesPolicy => ({
      name,
      harms: isErrors ? ERROR_HARMS : LATENCY_HARMS,
      history: historyOf(before.map(({ requests, counts }) => ({ requests, count: counts[name] ?? 0 }))),
      badRate: isErrors ? 0.2 : null,
    }),
  );
  // The rows begin after the warm-up, so that all judges see the same minutes.
  const metrics = [{ name: isErrors ? 'errors' : 'latency', weight: 1, series, observedOnly: false }];
  return { ...POLICY_DEFAULTS, alpha, warmUpMs: 0, metrics };
}
