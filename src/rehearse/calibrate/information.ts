/**
 * How much a canary can tell about itself, to any judge. The bounds hold for any test that may look as often as it
 * likes, so no policy can do what they rule out. Information is in nats.
 */
import { normalQuantile } from '../../domain/verdict/normal-quantile.ts';
import { latencySigma } from '../model/draw-period.ts';
import { errorPercents } from '../model/harm-of-calls.ts';
import type { Harm, ServiceModel } from '../model/service-model.ts';

export interface ErrorChances {
  /** The chance of a false rollback and of catching the harm; 0 to 1, the first below the second. */
  readonly falseRollback: number;
  readonly power: number;
}

/**
 * The average information that any test needs to be right so often. The divergence of its two answers cannot exceed
 * that of its data (data processing inequality; Wald's bound on sequential tests is the same).
 */
export function neededNats({ falseRollback, power }: ErrorChances): number {
  return bernoulliDivergence(power, { from: falseRollback });
}

export interface Stretch {
  readonly model: ServiceModel;
  readonly harm: Harm;
  /** The canary's share of the calls, 0 to 1. */
  readonly weight: number;
  readonly minutes: number;
}

/**
 * The most information that the canary's calls of these minutes give, on average. The judge is assumed to know the rate
 * of stable, each call's latency and the noise of each minute. A judge that has only counts knows less.
 */
export function expectedNats({ model, harm, weight, minutes }: Stretch): number {
  const requestsAMinute = model.requestsPerSecond * 60 * weight;
  const { percentOfRollouts, minutes: outageMinutes, errorFactor } = model.outage;
  const usual = natsARequest({ model, harm, outageFactor: 1 });
  const more = Math.max(0, natsARequest({ model, harm, outageFactor: errorFactor }) - usual);
  return requestsAMinute * (usual * minutes + (more * Math.min(outageMinutes, minutes) * percentOfRollouts) / 100);
}

interface OneRequest {
  readonly model: ServiceModel;
  readonly harm: Harm;
  readonly outageFactor: number;
}

const NOISE_POINTS = 16;

function natsARequest({ model, harm, outageFactor }: OneRequest): number {
  const slowness = Math.log(harm.latencyFactor) / latencySigma(model);
  const deviation = Math.sqrt(Math.log1p((model.noisePercent / 100) ** 2));
  const percents = errorPercents(model, harm);
  let errors = 0;
  for (let point = 0; point < NOISE_POINTS; point += 1) {
    const noise = Math.exp(deviation * normalQuantile((point + 0.5) / NOISE_POINTS) - (deviation * deviation) / 2);
    const rate = (percent: number) => Math.min(1, (percent / 100) * outageFactor * noise);
    errors += bernoulliDivergence(rate(percents.canary), { from: rate(percents.stable) }) / NOISE_POINTS;
  }
  return errors + (slowness * slowness) / 2;
}

function bernoulliDivergence(chance: number, { from }: { readonly from: number }): number {
  const part = (one: number, other: number) => (one === 0 ? 0 : one * Math.log(one / other));
  return part(chance, from) + part(1 - chance, 1 - from);
}

/** The fewest minutes in which any test could be right so often; Infinity when no test ever could. */
export function leastMinutes(stretch: Omit<Stretch, 'minutes'>, chances: ErrorChances): number {
  const needed = neededNats(chances);
  return leastWith((minutes) => expectedNats({ ...stretch, minutes }) >= needed, { from: 1 / 60 });
}

/** The least traffic, in requests per second, with which any test could be right so often within the minutes. */
export function leastTraffic(stretch: Stretch, chances: ErrorChances): number {
  const needed = neededNats(chances);
  const isEnough = (requestsPerSecond: number) =>
    expectedNats({ ...stretch, model: { ...stretch.model, requestsPerSecond } }) >= needed;
  return leastWith(isEnough, { from: 1e-6 });
}

const DOUBLINGS_MAX = 60;
const HALVINGS = 40;

/**
 * Returns the least number that is enough, to twelve digits. All numbers above a sufficient number must be enough too.
 */
function leastWith(isEnough: (value: number) => boolean, { from }: { readonly from: number }): number {
  let high = from;
  for (let doubling = 0; !isEnough(high); doubling += 1) {
    if (doubling === DOUBLINGS_MAX) return Number.POSITIVE_INFINITY;
    high *= 2;
  }
  let low = high === from ? 0 : high / 2;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
