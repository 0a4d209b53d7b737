/**
 * The rules of the peers, over the same minutes: what each of them would have done. Written from their documented
 * behaviour and sources (Kayenta: NetflixACAJudge, MannWhitneyClassifier; Flagger: metric checks; Argo Rollouts: failureLimit).
 */
import type { MinuteRow } from '../../src/domain/verdict/minute-row.ts';
import { normalQuantile } from '../../src/domain/verdict/normal-quantile.ts';

/** The minute, from 1, in which a peer aborts; Infinity when it never does. */
export type Abort = number;

const SUCCESS_MIN = 0.99;

/** Flagger: success rate at least 99 %, rolled back when five checks have failed, in a row or not. */
export function flaggerAborts(rows: readonly MinuteRow[]): Abort {
  return nthFailure(rows, 5);
}

/** Argo Rollouts: success rate at least 99 %, failureLimit 3, which is exceeded by the fourth failed measurement. */
export function argoAborts(rows: readonly MinuteRow[]): Abort {
  return nthFailure(rows, 4);
}

function nthFailure(rows: readonly MinuteRow[], limit: number): Abort {
  let failures = 0;
  for (const [index, { canary }] of rows.entries()) {
    const rate = canary.requests === 0 ? 1 : 1 - (canary.counts.errors ?? 0) / canary.requests;
    if (rate < SUCCESS_MIN) failures += 1;
    if (failures === limit) return index + 1;
  }
  return Number.POSITIVE_INFINITY;
}

/** Kayenta judged once, when all minutes are in. */
export function kayentaOnceAborts(rows: readonly MinuteRow[], name: string): Abort {
  return isHigh(gaugesOf(rows, name)) ? rows.length : Number.POSITIVE_INFINITY;
}

/** Kayenta judged after every minute from the fifth on, over all minutes so far. */
export function kayentaEachMinuteAborts(rows: readonly MinuteRow[], name: string): Abort {
  const { canary, stable } = gaugesOf(rows, name);
  for (let minute = 5; minute <= rows.length; minute += 1) {
    if (isHigh({ canary: canary.slice(0, minute), stable: stable.slice(0, minute) })) return minute;
  }
  return Number.POSITIVE_INFINITY;
}

export interface Gauges {
  readonly canary: readonly number[];
  readonly stable: readonly number[];
}

function gaugesOf(rows: readonly MinuteRow[], name: string): Gauges {
  const rate = ({ requests, counts }: MinuteRow['canary']) => (requests === 0 ? 0 : (counts[name] ?? 0) / requests);
  return { canary: rows.map(({ canary }) => rate(canary)), stable: rows.map(({ stable }) => rate(stable)) };
}

const TOLERANCE = 0.25;
const QUANTILE = -normalQuantile((1 - 0.98) / 2);

/** NetflixACAJudge: the lower end of the 98 % interval lies above a quarter of the Hodges-Lehmann estimate. */
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
 * The shift at which the rank statistic crosses the quantile, to the solver's absolute accuracy of 1e-6. It jumps there, and of
 * the two sides of the jump the lower one is taken, which speaks for the peer: the other would abort on rounding alone.
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

/** R's wilcox.test: standardised, with the continuity correction and the correction for ties. */
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
