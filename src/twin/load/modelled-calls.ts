/**
 * Draws the results of calls to a modelled version: of one call, or of all calls in a time span. The cost does not grow
 * with the number of calls. Latency is log-normal, given by its median and 99th percentile.
 */
import { normalQuantile } from '../../domain/verdict/normal-quantile.ts';
import { type Latency, type SampleGroup, shareAbove } from '../measures/latency-samples.ts';
import type { Batch } from '../measures/measurements.ts';
import { countBelow } from '../measures/sample-tree.ts';
import type { Random } from '../random.ts';
import type { Behaviour } from '../world/world.ts';

const Z_99 = normalQuantile(0.99);

/** How the calls of a version behave in one minute. */
export interface Conduct {
  readonly errorPercent: number;
  readonly serverErrorPercent: number;
  readonly warm: Latency;
  /** The latency of calls that start a new instance. */
  readonly cold: Latency;
}

/** The factors change the behaviour: 1 leaves it unchanged. */
export function conductOf(
  { errorPercent, serverErrorPercent = 0, medianMs, p99Ms, coldStartMs = 0 }: Behaviour,
  { timeoutMs, errorFactor, latencyFactor }: { timeoutMs: number; errorFactor: number; latencyFactor: number },
): Conduct {
  const warm = {
    logMedian: Math.log(medianMs * latencyFactor),
    sigma: Math.log(Math.max(p99Ms, medianMs) / medianMs) / Z_99,
    extraMs: 0,
    capMs: timeoutMs,
  };
  const cold = { ...warm, extraMs: coldStartMs };
  const percents = { errorPercent: errorPercent * errorFactor, serverErrorPercent: serverErrorPercent * errorFactor };
  return { ...percents, warm, cold };
}

export interface Stretch {
  readonly conduct: Conduct;
  /** The factor by which more calls fail, for all versions together. */
  readonly errorFactor: number;
  /** The number of calls that start a new instance; at most all calls. */
  readonly coldStarts: number;
  readonly count: number;
}

export type Drawn = Pick<Batch, 'requests' | 'errors' | 'serverErrors' | 'rawMs' | 'groups'>;

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
  const shareOf = (percent: number) => Math.min(1, (percent * errorFactor) / 100);
  const errors = timedOut + random.binomial(count - timedOut, shareOf(conduct.errorPercent));
  // Draws nothing when there is nothing to draw, so that an earlier seed still gives the same run.
  const { serverErrorPercent } = conduct;
  const serverErrors = serverErrorPercent > 0 ? random.binomial(count - errors, shareOf(serverErrorPercent)) : 0;
  return { requests: count, errors, serverErrors, rawMs: [], groups };
}

/** A word has 32 bits. */
const WORDS = 4_294_967_296;

/** Draws one call. */
export function drawCall(
  random: Random,
  { medianMs, p99Ms, errorPercent, serverErrorPercent = 0 }: Behaviour,
): { readonly fails: boolean; readonly isServerError: boolean; readonly ms: number } {
  const sigma = Math.log(Math.max(p99Ms, medianMs) / medianMs) / Z_99;
  const ms = medianMs * Math.exp(sigma * random.normal());
  const fails = random.chance(errorPercent / 100);
  return { ms, fails, isServerError: !fails && serverErrorPercent > 0 && random.chance(serverErrorPercent / 100) };
}
