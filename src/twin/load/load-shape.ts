/** How calls come and fare in the course of time: the swing of the day, outages that all versions share, and the noise of each minute. */
import type { Random } from '../random.ts';
import type { Load } from '../world/world.ts';

const HOUR_MS = 3_600_000;
/** Six hours before the busiest moment of the day, in UTC. */
const MEAN_HOUR = 9;

/** Calls a second at the moment: their mean over a day is the load's rate. */
export function rateAt({ requestsPerSecond, swingPercent = 0 }: Load, at: number): number {
  if (swingPercent === 0) return requestsPerSecond;
  const turn = (at / HOUR_MS - MEAN_HOUR) / 24;
  return requestsPerSecond * (1 + (swingPercent / 100) * Math.sin(2 * Math.PI * turn));
}

/** How many times as many calls fail, of all versions, from the moment to the next edge of an outage. */
export function outageFactorAt({ outages = [] }: Load, at: number): number {
  let factor = 1;
  for (const { from, until, errorFactor } of outages) if (at >= from && at < until) factor *= errorFactor;
  return factor;
}

/** The next moment at which an outage begins or ends; never, without any. */
export function nextOutageEdge({ outages = [] }: Load, at: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { from, until } of outages) {
    if (from > at && from < next) next = from;
    if (until > at && until < next) next = until;
  }
  return next;
}

/** Log-normal, with the mean 1 and the relative deviation. */
export function drawNoise(random: Random, percent: number): number {
  if (percent <= 0) return 1;
  const variance = Math.log1p((percent / 100) ** 2);
  return Math.exp(Math.sqrt(variance) * random.normal() - variance / 2);
}
