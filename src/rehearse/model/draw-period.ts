/**
 * What calls to a modelled service do in one period, drawn from a seed: requests, errors out of them, and requests above given
 * latencies. The draws are exact binomials, so a period with any traffic costs the same.
 */
import { normalQuantile } from '../../domain/verdict/normal-quantile.ts';
import { normalTail } from '../../twin/normal-tail.ts';
import type { Random } from '../../twin/random.ts';
import { errorPercents } from './harm-of-calls.ts';
import type { Harm, ServiceModel } from './service-model.ts';

export const SAME: Harm = { errorFactor: 1, latencyFactor: 1 };

export interface DrawnVersion {
  readonly requests: number;
  readonly errors: number;
  /** The requests above each latency that half, 90 % and 99 % of stable's requests do not exceed. */
  readonly slower: readonly number[];
}

/** The shares of stable's requests above those latencies. */
export const SHARES_ABOVE = [0.5, 0.1, 0.01] as const;

export interface VersionDraw {
  readonly model: ServiceModel;
  readonly requests: number;
  readonly harm: Harm;
  /** The factor of the errors because of an outage that both versions share; 1 without an outage. */
  readonly outageFactor: number;
}

export function drawVersion(random: Random, { model, requests, harm, outageFactor }: VersionDraw): DrawnVersion {
  const deviation = model.noisePercent / 100;
  const { canary } = errorPercents(model, harm);
  const errorRate = (canary / 100) * outageFactor * drawNoise(random, deviation);
  const slowness = harm.latencyFactor * drawNoise(random, deviation);
  const errors = random.binomial(requests, Math.min(1, errorRate));
  const sigma = latencySigma(model);
  return { requests, errors, slower: drawAbove(random, { requests, slowness, sigma }) };
}

/** A log-normal factor with mean 1 and this relative deviation. */
export function drawNoise(random: Random, deviation: number): number {
  if (deviation === 0) return 1;
  const variance = Math.log1p(deviation * deviation);
  return Math.exp(Math.sqrt(variance) * normalQuantile(random.uniform() || 0.5) - variance / 2);
}

/** A chain of binomials: a part of the requests above one latency is above the next. */
export function drawAbove(
  random: Random,
  { requests, slowness, sigma }: { readonly requests: number; readonly slowness: number; readonly sigma: number },
): number[] {
  let left = requests;
  let leftShare = 1;
  return SHARES_ABOVE.map((share) => {
    const shareNow = shareAbove(share, { slowness, sigma });
    left = leftShare > 0 ? random.binomial(left, Math.min(1, shareNow / leftShare)) : 0;
    leftShare = shareNow;
    return left;
  });
}

/** The share of requests above the latency that `share` of them exceed, when all take `slowness` times as long. */
export function shareAbove(
  share: number,
  { slowness, sigma }: { readonly slowness: number; readonly sigma: number },
): number {
  return normalTail(normalQuantile(1 - share) - Math.log(slowness) / sigma);
}

/**
 * The deviation of the logarithm of a latency, from the two quantiles of the model. It is at least 1 %, because
 * otherwise every harm would be certain.
 */
export function latencySigma({ medianMs, p99Ms }: Pick<ServiceModel, 'medianMs' | 'p99Ms'>): number {
  return Math.max(0.01, Math.log(p99Ms / medianMs) / normalQuantile(0.99));
}

/** The rate of requests at that hour of the day, relative to the mean: 15:00 is the busiest hour, 3:00 the quietest. */
export function loadAt(hour: number, { swingPercent }: Pick<ServiceModel, 'swingPercent'>): number {
  return 1 + (swingPercent / 100) * Math.sin((2 * Math.PI * (hour - 9)) / 24);
}
