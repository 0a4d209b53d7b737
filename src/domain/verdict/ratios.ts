/**
 * The ratios of the canary's rate to stable's at which evidence is kept, and the mixtures over them. The list is fixed:
 * evidence is one number for each ratio, and can be read for any null hypothesis on the list without the rows.
 */

/** Ascending; finer near 1, where much traffic can tell two ratios apart. */
export const RATIOS = [
  0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.4, 1.5,
  1.6, 1.8, 2, 2.5, 3, 4, 5, 6, 8, 12, 15, 20, 30, 60,
] as const;

/** Alternatives with their prior weights, of any positive sum. */
export type Mixture = readonly { readonly ratio: number; readonly weight: number }[];

/** How many times the errors of stable a harmful canary may have: the share of errors is small, so up to 60 times. */
export const ERROR_HARMS: Mixture = [
  { ratio: 1.2, weight: 0.28 },
  { ratio: 1.4, weight: 0.04 },
  { ratio: 2, weight: 0.345 },
  { ratio: 3, weight: 0.03 },
  { ratio: 6, weight: 0.02 },
  { ratio: 12, weight: 0.1 },
  { ratio: 60, weight: 0.185 },
];

/** How many times the slow requests of stable a harmful canary may have: their share is 1 % or more before, so up to 15 times. */
export const LATENCY_HARMS: Mixture = [
  { ratio: 1.1, weight: 0.2 },
  { ratio: 1.3, weight: 0.2 },
  { ratio: 1.8, weight: 0.2 },
  { ratio: 3, weight: 0.2 },
  { ratio: 6, weight: 0.1 },
  { ratio: 15, weight: 0.1 },
];

/** The ratios of a canary that is no worse: the alternatives to the null hypothesis that it is harmful. */
export const SAFE: Mixture = [
  { ratio: 0.7, weight: 0.3 },
  { ratio: 1, weight: 0.7 },
];

/** The place of a ratio in RATIOS; -1 when it is not on the list. */
export function ratioIndex(ratio: number): number {
  return PLACES.get(ratio) ?? -1;
}

const PLACES: ReadonlyMap<number, number> = new Map(RATIOS.map((ratio, index) => [ratio, index]));

export interface Mixed {
  /** A log likelihood at each of RATIOS. */
  readonly profile: readonly number[];
  readonly nullRatio: number;
  /** The part of the mixture on the wanted side of the null ratio. */
  readonly alternatives: PlacedMixture;
  /** What is subtracted from the log likelihood of an alternative. */
  readonly penalty?: (ratio: number) => number;
}

/** ln of the weighted mean of likelihood ratios against the null ratio. -Infinity without alternatives. */
export function lnMixture(mixed: Mixed): number {
  return lnSum(lnTerms(mixed));
}

function lnTerms({ profile, nullRatio, alternatives, penalty }: Mixed): number[] {
  const at = (index: number) => profile[index] ?? 0;
  const atNull = at(ratioIndex(nullRatio));
  return alternatives.map(
    ({ index, ratio, lnWeight }) => lnWeight + at(index) - atNull - (penalty === undefined ? 0 : penalty(ratio)),
  );
}

/** A mixture with the place of each ratio in RATIOS, and ln of each weight; exp of these sums to 1. */
export type PlacedMixture = readonly { readonly index: number; readonly ratio: number; readonly lnWeight: number }[];

export function placed(mixture: Mixture): PlacedMixture {
  const total = mixture.reduce((sum, { weight }) => sum + weight, 0);
  return mixture.map(({ ratio, weight }) => ({ index: ratioIndex(ratio), ratio, lnWeight: Math.log(weight / total) }));
}

/** ln of the sum of exp(term): the same to the last bit for any order of the terms. -Infinity without terms. */
export function lnSum(terms: readonly number[]): number {
  const most = Math.max(...terms);
  if (!Number.isFinite(most)) return most;
  const scaled = terms.map((term) => Math.exp(term - most)).sort((one, other) => one - other);
  return most + Math.log(scaled.reduce((sum, each) => sum + each, 0));
}
