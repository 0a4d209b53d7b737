/**
 * How much more a rate moves from minute to minute than independent requests would make it: tau^2, the squared relative
 * deviation of one version's rate. It comes from differences of neighbouring minutes, so that a drift or the shape of a day
 * does not count. Noise is between minutes, whatever the length of a period: shorter periods are summed by minute first.
 */
import type { Counted } from './period-counts.ts';
import type { History } from './policy.ts';

const MINUTE_MS = 60_000;

/** The start of the minute that holds the moment; both in epoch milliseconds. */
export function minuteStart(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

/** Sums over neighbouring minutes of one version; plain numbers, so that one more minute is one addition. */
export interface Burstiness {
  readonly pairs: number;
  /** Sum of (r_s - r_{s-1})^2, r = counts / requests. */
  readonly squares: number;
  /** Sum of 1/n_s + 1/n_{s-1}. */
  readonly inverses: number;
  readonly requests: number;
  readonly count: number;
  readonly last: Counted | null;
}

export const NO_BURSTINESS: Burstiness = { pairs: 0, squares: 0, inverses: 0, requests: 0, count: 0, last: null };

/** Adds one minute. A minute without a request breaks the chain of neighbours and adds nothing. Counts: whole, 0 to `requests`. */
export function withMinute(sums: Burstiness, minute: Counted): Burstiness {
  if (minute.requests === 0) return { ...sums, last: null };
  const requests = sums.requests + minute.requests;
  const count = sums.count + minute.count;
  const { last } = sums;
  if (last === null) return { ...sums, requests, count, last: minute };
  const step = minute.count / minute.requests - last.count / last.requests;
  return {
    pairs: sums.pairs + 1,
    squares: sums.squares + step * step,
    inverses: sums.inverses + 1 / minute.requests + 1 / last.requests,
    requests,
    count,
    last: minute,
  };
}

/**
 * tau^2 >= 0 as estimated, and the part of it that is sure: less by the standard error that the estimate has without any noise.
 * An estimate from few counts is far off, and taken whole it would blunt the test. Both are 0 below two pairs of neighbours or
 * without a count.
 */
export function burstinessOf({ pairs, squares, inverses, requests, count }: Burstiness): {
  readonly tauSquared: number;
  readonly sure: number;
} {
  if (pairs < 2 || count === 0) return { tauSquared: 0, sure: 0 };
  const rate = count / requests;
  const countsAMinute = (rate * 2 * pairs) / inverses;
  const tauSquared = Math.max(0, squares / 2 / pairs / (rate * rate) - 1 / countsAMinute);
  // With Poisson counts around m, a squared step has the variance 8 m^2 + 2 m, and neighbours share a minute (3 instead of 2).
  const error = Math.sqrt((3 + 0.5 / countsAMinute) / pairs) / countsAMinute;
  // Below a few counts a minute the estimate is skewed as well, and one error is not enough.
  return { tauSquared, sure: Math.max(0, tauSquared - (1 + 0.5 / countsAMinute) * error) };
}

/**
 * A version's history from its minutes, oldest first: rate, tau_hist^2 and the number of minutes with requests, for the policy.
 * Null without such a minute. From less than an hour, or without a single count, it does not tell the noise: then the judge
 * assumes more. Minutes that cannot be true are left out.
 */
export function historyOf(minutes: readonly Counted[]): (History & { readonly minutes: number }) | null {
  const good = minutes.filter(({ requests, count }) => isCount(requests) && isCount(count) && count <= requests);
  const sums = good.reduce(withMinute, NO_BURSTINESS);
  const counted = good.filter(({ requests }) => requests > 0).length;
  if (counted === 0) return null;
  return { rate: sums.count / sums.requests, burstiness: burstinessOf(sums).sure, minutes: counted };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
