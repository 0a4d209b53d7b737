/**
 * How long calls took: exact durations of real calls, and samples of a log-normal distribution for calls of a modelled
 * version. Counts above a latency are exact, also over any sum of buckets. Percentiles, by nearest rank, are exact too,
 * except that over several distributions they are exact to a ten-thousandth.
 */
import { normalQuantile } from '../../domain/verdict/normal-quantile.ts';
import { normalTail } from '../normal-tail.ts';
import { countBelow, shareAtRank, type UniformSamples } from './sample-tree.ts';

/** A log-normal distribution of `exp(logMedian + sigma z) + extraMs`, cut off at `capMs`. */
export interface Latency {
  readonly logMedian: number;
  readonly sigma: number;
  readonly extraMs: number;
  readonly capMs: number;
}

/**
 * The samples are shares above: the lowest share is the slowest call. Groups with the same distribution share its
 * object.
 */
export interface SampleGroup {
  readonly latency: Latency;
  readonly samples: UniformSamples;
}

export interface Durations {
  readonly rawMs: readonly number[];
  readonly groups: readonly SampleGroup[];
}

/** A real call may take no measurable time, and 0 has no geometric mean with another number. */
const SHORTEST_MS = 0.001;

/** Returns how many calls took longer than the latency. */
export function countAbove({ rawMs, groups }: Durations, latencyMs: number): number {
  let above = 0;
  for (const ms of rawMs) if (ms > latencyMs) above += 1;
  // Neighbours mostly share their distribution, so its tail is computed once.
  let last: Latency | null = null;
  let share = 0;
  for (const { latency, samples } of groups) {
    if (latency !== last) share = latencyMs >= latency.capMs ? 0 : shareAbove(latency, latencyMs);
    last = latency;
    above += countBelow(samples, share);
  }
  return above;
}

/** Returns the smallest duration that at least this percentage of the calls do not exceed; null without calls. */
export function percentile(durations: Durations, percent: number): number | null {
  const parts = partPercentiles(durations, percent);
  const [only] = parts;
  if (only === undefined || parts.length === 1) return only ?? null;
  const count = countOf(durations);
  const rank = rankOf(percent, count);
  // The percentile of the whole is between the percentiles of its parts.
  let [from, to] = [Math.max(SHORTEST_MS, Math.min(...parts)), Math.max(...parts)];
  while (to > from * 1.0001) {
    const middle = Math.sqrt(from * to);
    if (count - countAbove(durations, middle) >= rank) to = middle;
    else from = middle;
  }
  return to;
}

/** Returns the share of calls that would take longer if there were no cut-off. */
export function shareAbove({ logMedian, sigma, extraMs }: Latency, latencyMs: number): number {
  const ownMs = latencyMs - extraMs;
  if (ownMs <= 0) return 1;
  const distance = Math.log(ownMs) - logMedian;
  if (sigma === 0) return distance < 0 ? 1 : 0;
  return normalTail(distance / sigma);
}

/** Returns the duration of the call whose share above is `share`, between 0 and 1, both exclusive. */
export function latencyAt({ logMedian, sigma, extraMs, capMs }: Latency, share: number): number {
  return Math.min(capMs, Math.exp(logMedian - sigma * normalQuantile(share)) + extraMs);
}

/** By nearest rank: the 99th percentile of 200 calls is the 198th call. */
function rankOf(percent: number, count: number): number {
  return Math.max(1, Math.ceil((percent * count) / 100));
}

function countOf({ rawMs, groups }: Durations): number {
  return groups.reduce((sum, { samples }) => sum + samples.count, rawMs.length);
}

/** The percentile of each homogeneous part: of the real calls, and of the calls of each distribution. */
function partPercentiles({ rawMs, groups }: Durations, percent: number): number[] {
  const byLatency = Map.groupBy(groups, ({ latency }) => latency);
  const modelled = [...byLatency].map(([latency, alike]) => {
    const sets = alike.map(({ samples }) => samples);
    const count = sets.reduce((sum, samples) => sum + samples.count, 0);
    return latencyAt(latency, shareAtRank(sets, count - rankOf(percent, count) + 1));
  });
  if (rawMs.length === 0) return modelled;
  const sorted = Float64Array.from(rawMs).sort();
  return [sorted[rankOf(percent, sorted.length) - 1] as number, ...modelled];
}
