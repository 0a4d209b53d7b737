/**
 * How the rate of calls and of failures changes over time: the swing of the day, outages of all versions, and the noise
 * of each minute.
 */
import type { Random } from '../random.ts';
import type { Load } from '../world/world.ts';

const HOUR_MS = 3_600_000;
/** In UTC, six hours before the busiest hour of the day. */
const MEAN_HOUR = 9;

/** The calls per second at that moment. Their mean over a day is the load's rate. */
export function rateAt({ requestsPerSecond, swingPercent = 0 }: Load, at: number): number {
  if (swingPercent === 0) return requestsPerSecond;
  const turn = (at / HOUR_MS - MEAN_HOUR) / 24;
  return requestsPerSecond * (1 + (swingPercent / 100) * Math.sin(2 * Math.PI * turn));
}

/** The factor by which more calls of all versions fail, from that moment until the next edge of an outage. */
export function outageFactorAt({ outages = [] }: Load, at: number): number {
  let factor = 1;
  for (const { from, until, errorFactor } of outages) if (at >= from && at < until) factor *= errorFactor;
  return factor;
}

/** The next moment at which an outage begins or ends; infinite when there is none. */
export function nextOutageEdge({ outages = [] }: Load, at: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { from, until } of outages) {
    if (from > at && from < next) next = from;
    if (until > at && until < next) next = until;
  }
  return next;
}

/** A log-normal factor with the mean 1 and this relative deviation. */
export function drawNoise(random: Random, percent: number): number {
  if (percent <= 0) return 1;
  const variance = Math.log1p((percent / 100) ** 2);
  return Math.exp(Math.sqrt(variance) * random.normal() - variance / 2);
}
