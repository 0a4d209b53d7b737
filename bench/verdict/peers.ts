/**
 * The rules of the peers: when each of them would have aborted the rollout, over the same periods of one minute. Written from
 * their documentation and sources (Kayenta: NetflixACAJudge, MannWhitneyClassifier; Flagger: metric checks; Argo Rollouts:
 * failureLimit).
 */
import { normalQuantile } from '../../src/domain/verdict/normal-quantile.ts';
import { type Counted, countsOf } from '../../src/domain/verdict/period-counts.ts';
import type { CountKey, PeriodRow } from '../../src/domain/verdict/period-row.ts';

/** The minute, from 1, in which a peer aborts; Infinity when it never does. */
export type Abort = number;

const SUCCESS_MIN = 0.99;

/** Flagger: the success rate is at least 99 %; it rolls back after five failed checks, in a row or not. */
export function flaggerAborts(rows: readonly PeriodRow[]): Abort {
  return nthFailure(rows, 5);
}

/** Argo Rollouts: the success rate is at least 99 %, with failureLimit 3, which the fourth failed measurement exceeds. */
export function argoAborts(rows: readonly PeriodRow[]): Abort {
  return nthFailure(rows, 4);
}

function nthFailure(rows: readonly PeriodRow[], limit: number): Abort {
  let failures = 0;
  for (const [index, { canary }] of rows.entries()) {
    const rate = canary.requests === 0 ? 1 : 1 - canary.errors / canary.requests;
    if (rate < SUCCESS_MIN) failures += 1;
    if (failures === limit) return index + 1;
  }
  return Number.POSITIVE_INFINITY;
}

/** Kayenta, judging once, after the last minute. */
export function kayentaOnceAborts(rows: readonly PeriodRow[], count: CountKey): Abort {
  return isHigh(gaugesOf(rows, count)) ? rows.length : Number.POSITIVE_INFINITY;
}

/** Kayenta, judging after every minute from the fifth on, over all minutes so far. */
export function kayentaEachMinuteAborts(rows: readonly PeriodRow[], count: CountKey): Abort {
  const { canary, stable } = gaugesOf(rows, count);
  for (let minute = 5; minute <= rows.length; minute += 1) {
    if (isHigh({ canary: canary.slice(0, minute), stable: stable.slice(0, minute) })) return minute;
  }
  return Number.POSITIVE_INFINITY;
}

export interface Gauges {
  readonly canary: readonly number[];
  readonly stable: readonly number[];
}

function gaugesOf(rows: readonly PeriodRow[], key: CountKey): Gauges {
  const rate = ({ requests, count }: Counted) => (requests === 0 ? 0 : count / requests);
  const counts = rows.map((row) => countsOf(row, key));
  return { canary: counts.map(({ canary }) => rate(canary)), stable: counts.map(({ stable }) => rate(stable)) };
}

const TOLERANCE = 0.25;
const QUANTILE = -normalQuantile((1 - 0.98) / 2);

/** NetflixACAJudge: the lower end of the 98 % interval is above a quarter of the Hodges-Lehmann estimate. */
export function isHigh({ canary, stable }: Gauges): boolean {
  const x = [...canary].sort(ascending);
  const y = [...stable].sort(ascending);
  if (x.every((value, index) => value === y[index])) return false;
  if (x[0] === x.at(-1) && y[0] === y.at(-1) && x[0] === y[0]) return false;
  const arms = { x, y, from: (x[0] ?? 0) - (y.at(-1) ?? 0), to: (x.at(-1) ?? 0) - (y[0] ?? 0) };
  const lower = rootOf(arms, QUANTILE);
  return lower > TOLERANCE * Math.abs(rootOf(arms, 0));
}

interface SortedArms {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly from: number;
  readonly to: number;
}

/**
 * The shift at which the rank statistic crosses the quantile, to the solver's absolute accuracy of 1e-6. The statistic jumps at
 * the crossing. The lower side of the jump is taken, which favours the peer: the upper side would abort on rounding alone.
 */
function rootOf(arms: SortedArms, quantile: number): number {
  let { from, to } = arms;
  if (statistic(arms, from) - quantile <= 0) return from;
  if (statistic(arms, to) - quantile >= 0) return to;
  while (to - from > 1e-6) {
    const middle = (from + to) / 2;
    if (statistic(arms, middle) > quantile) from = middle;
    else to = middle;
  }
  return from;
}

/** The statistic of R's wilcox.test: standardised, with the continuity correction and the correction for ties. */
function statistic({ x, y }: SortedArms, shift: number): number {
  const [n, m] = [x.length, y.length];
  let [i, j, rankSum, ties] = [0, 0, 0, 0];
  while (i < n || j < m) {
    const value = Math.min(i < n ? (x[i] as number) - shift : Infinity, j < m ? (y[j] as number) : Infinity);
    const [startI, startJ] = [i, j];
    while (i < n && (x[i] as number) - shift === value) i += 1;
    while (j < m && y[j] === value) j += 1;
    const tied = i - startI + (j - startJ);
    rankSum += (i - startI) * (startI + startJ + (tied + 1) / 2);
    ties += tied ** 3 - tied;
  }
  const distance = rankSum - (n * (n + 1)) / 2 - (n * m) / 2;
  const deviation = Math.sqrt(((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1))));
  return deviation === 0 ? 0 : (distance - Math.sign(distance) * 0.5) / deviation;
}

function ascending(one: number, other: number): number {
  return one - other;
}
