/**
 * Draws what calls to a modelled version do: one call at a time, or all calls of a stretch of time at once, at a cost
 * that does not grow with their number. Latency is log-normal, by its median and 99th percentile.
 */
import { normalQuantile } from '../../domain/verdict/normal-quantile.ts';
import type { Random } from '../random.ts';
import { type Latency, type SampleGroup, shareAbove } from './latency-samples.ts';
import type { Batch } from './measurements.ts';
import { countBelow } from './sample-tree.ts';
import type { Behaviour } from './world.ts';

const Z_99 = normalQuantile(0.99);

/** How the calls of a version fare in one minute. */
export interface Conduct {
  readonly errorPercent: number;
  readonly warm: Latency;
  /** Of calls that start a new instance. */
  readonly cold: Latency;
}

/** Factors beside the behaviour: 1 leaves it as it is. */
export function conductOf(
  { errorPercent, medianMs, p99Ms, coldStartMs = 0 }: Behaviour,
  { timeoutMs, errorFactor, latencyFactor }: { timeoutMs: number; errorFactor: number; latencyFactor: number },
): Conduct {
  const warm = {
    logMedian: Math.log(medianMs * latencyFactor),
    sigma: Math.log(Math.max(p99Ms, medianMs) / medianMs) / Z_99,
    extraMs: 0,
    capMs: timeoutMs,
  };
  return { errorPercent: errorPercent * errorFactor, warm, cold: { ...warm, extraMs: coldStartMs } };
}

export interface Stretch {
  readonly conduct: Conduct;
  /** So many times the errors: what befalls all versions. */
  readonly errorFactor: number;
  /** Calls that start a new instance; at most all of them. */
  readonly coldStarts: number;
  readonly count: number;
}

export type Drawn = Pick<Batch, 'requests' | 'errors' | 'rawMs' | 'groups'>;

export function drawCalls(random: Random, { conduct, errorFactor, coldStarts, count }: Stretch): Drawn {
  const cold = Math.min(coldStarts, count);
  const groups: SampleGroup[] = [];
  let timedOut = 0;
  for (const [latency, calls] of [[conduct.warm, count - cold] as const, [conduct.cold, cold] as const]) {
    if (calls === 0) continue;
    const samples = { count: calls, seed: random.integer(WORDS) | 0, key: random.integer(WORDS) | 0 };
    groups.push({ latency, samples });
    timedOut += countBelow(samples, shareAbove(latency, latency.capMs));
  }
  const errorShare = Math.min(1, (conduct.errorPercent * errorFactor) / 100);
  return { requests: count, errors: timedOut + random.binomial(count - timedOut, errorShare), rawMs: [], groups };
}

/** A word has 32 bits. */
const WORDS = 4_294_967_296;

/** One call. */
export function drawCall(
  random: Random,
  { medianMs, p99Ms, errorPercent }: Behaviour,
): { readonly fails: boolean; readonly ms: number } {
  const sigma = Math.log(Math.max(p99Ms, medianMs) / medianMs) / Z_99;
  return { ms: medianMs * Math.exp(sigma * random.normal()), fails: random.chance(errorPercent / 100) };
}
