/**
 * The judge `mann-whitney`, for gauges that have no counts: Kayenta's rule with its faults repaired. A metric may be in any unit,
 * because no root search has an absolute tolerance. The same rows give the same answer. Too few points are inconclusive. It is
 * applied once, at the end of a bake: applied after every period its error would grow, which the sequential judge avoids.
 */
import { normalQuantile } from './normal-quantile.ts';
import { rank } from './ranks.ts';

/** One gauge in one closed period, in the same unit for both versions. */
export interface GaugeRow {
  readonly canary: number;
  readonly stable: number;
}

export interface MannWhitneyRule {
  /** Which direction is worse. */
  readonly worse: 'higher' | 'lower' | 'either';
  /** 0 to 1: how far the interval must lie from 0, as a share of the estimated shift. Kayenta: 0.25. */
  readonly toleranceShare: number;
  /** Confidence of the two-sided interval, 0 to 1. Kayenta: 0.98. */
  readonly confidence: number;
}

export const KAYENTA_RULE: MannWhitneyRule = { worse: 'higher', toleranceShare: 0.25, confidence: 0.98 };

export interface MannWhitneyResult {
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
  readonly because: string;
  /** Hodges and Lehmann's estimate of canary minus stable with its interval, in the metric's unit; null when inconclusive. */
  readonly shift: { readonly estimate: number; readonly from: number; readonly to: number } | null;
  /** The share of all pairs, 0 to 1, in which the canary's value is higher; a tie counts half. 0.5 is no difference; null below 5 points. */
  readonly higherShare: number | null;
}

/** Values of each version, below which the result is inconclusive. */
export const POINTS_MIN = 5;

/**
 * Fails when the whole interval of the shift is on the worse side, by more than the tolerance. Never throws: values that are
 * no finite numbers are left out, and with fewer than 5 values of either version the result is inconclusive. Source of the
 * interval: Lehmann, Nonparametrics (1975), chapter 2.5; source of the rule: Kayenta's NetflixACAJudge.
 */
export function judgeMannWhitney(rule: MannWhitneyRule, rows: readonly GaugeRow[]): MannWhitneyResult {
  const canary = rows.map((row) => row.canary).filter(Number.isFinite);
  const stable = rows.map((row) => row.stable).filter(Number.isFinite);
  const fewest = Math.min(canary.length, stable.length);
  if (fewest < POINTS_MIN) {
    const because = `Only ${fewest} periods have a value of both versions, and ${POINTS_MIN} are needed`;
    return { outcome: 'inconclusive', because, shift: null, higherShare: null };
  }
  const shift = shiftInterval({ canary, stable, confidence: rule.confidence });
  const { ranks } = rank([...canary, ...stable]);
  const rankSum = ranks.slice(0, canary.length).reduce((sum, each) => sum + each, 0);
  const higherShare = (rankSum - (canary.length * (canary.length + 1)) / 2) / (canary.length * stable.length);
  if (!(Number.isFinite(shift.from) && Number.isFinite(shift.to))) {
    return { outcome: 'inconclusive', because: 'The interval of the shift is without end', shift: null, higherShare };
  }
  const margin = rule.toleranceShare * Math.abs(shift.estimate);
  const isHigher = rule.worse !== 'lower' && shift.from > margin;
  const isLower = rule.worse !== 'higher' && shift.to < -margin;
  const words = `the canary is shifted by ${shown(shift.estimate)} (${shown(shift.from)} to ${shown(shift.to)})`;
  return isHigher || isLower
    ? { outcome: 'fail', because: `Worse than stable: ${words}`, shift, higherShare }
    : { outcome: 'pass', because: `Not clearly worse than stable: ${words}`, shift, higherShare };
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}

interface Arms {
  readonly canary: readonly number[];
  readonly stable: readonly number[];
  readonly confidence: number;
}

/** Order statistics of all differences between a canary's and a stable value, so that scaled values give a scaled interval. */
function shiftInterval({ canary, stable, confidence }: Arms): { estimate: number; from: number; to: number } {
  const differences = canary.flatMap((one) => stable.map((other) => one - other)).sort((one, other) => one - other);
  const total = canary.length + stable.length;
  const pairs = differences.length;
  const { tieTerm } = rank([...canary, ...stable]);
  const deviation = Math.sqrt((pairs / 12) * (total + 1 - tieTerm / (total * (total - 1))));
  const below = Math.floor(pairs / 2 - 0.5 + normalQuantile((1 - confidence) / 2) * deviation);
  const at = (index: number) => differences[index] ?? Number.NaN;
  const estimate = (at(Math.floor((pairs - 1) / 2)) + at(Math.ceil((pairs - 1) / 2))) / 2;
  return { estimate, from: at(below), to: at(pairs - 1 - below) };
}
