/**
 * The ratios of the canary's rate to stable's at which evidence is kept, and the mixtures over them. The list is fixed, so
 * that evidence is one number a ratio and can be read for any null hypothesis on the list without going back to the rows.
 */

/** Ascending; finer near 1, where high traffic can tell them apart. */
export const RATIOS = [
  0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.4, 1.5,
  1.6, 1.8, 2, 2.5, 3, 4, 5, 6, 8, 12, 15, 20, 30, 60,
] as const;

/** Alternatives with their prior weights; the weights sum to 1. */
export type Mixture = readonly { readonly ratio: number; readonly weight: number }[];

/** What a harmful canary may do to a share of errors, which is small: up to sixty times as many. */
export const ERROR_HARMS: Mixture = [
  { ratio: 1.2, weight: 0.28 },
  { ratio: 1.4, weight: 0.04 },
  { ratio: 2, weight: 0.345 },
  { ratio: 3, weight: 0.03 },
  { ratio: 6, weight: 0.02 },
  { ratio: 12, weight: 0.1 },
  { ratio: 60, weight: 0.185 },
];

/** The same for the share of slow requests, which is 1 % or more before. */
export const LATENCY_HARMS: Mixture = [
  { ratio: 1.1, weight: 0.2 },
  { ratio: 1.3, weight: 0.2 },
  { ratio: 1.8, weight: 0.2 },
  { ratio: 3, weight: 0.2 },
  { ratio: 6, weight: 0.1 },
  { ratio: 15, weight: 0.1 },
];

/** What a canary that is no worse looks like, against the null hypothesis that it is. */
export const SAFE: Mixture = [
  { ratio: 0.7, weight: 0.3 },
  { ratio: 1, weight: 0.7 },
];

/** Where a ratio stands in RATIOS; -1 when it is not on the list. */
export function ratioIndex(ratio: number): number {
  return PLACES.get(ratio) ?? -1;
}

const PLACES: ReadonlyMap<number, number> = new Map(RATIOS.map((ratio, index) => [ratio, index]));

export interface Mixed {
  /** A log likelihood at each of RATIOS. */
  readonly profile: readonly number[];
  readonly nullRatio: number;
  /** Those of the mixture on the wanted side of the null ratio. */
  readonly alternatives: Mixture;
  /** Lowers one of the alternatives. */
  readonly penalty?: (ratio: number) => number;
}

/** ln of the weighted mean of likelihood ratios against the null ratio. -Infinity without alternatives. */
export function lnMixture(mixed: Mixed): number {
  return lnSum(lnTerms(mixed));
}

function lnTerms({ profile, nullRatio, alternatives, penalty }: Mixed): number[] {
  const at = (index: number) => profile[index] ?? 0;
  const atNull = at(ratioIndex(nullRatio));
  return placed(alternatives).map(
    ({ index, ratio, lnWeight }) => lnWeight + at(index) - atNull - (penalty === undefined ? 0 : penalty(ratio)),
  );
}

interface Placed {
  readonly index: number;
  readonly ratio: number;
  readonly lnWeight: number;
}

/** Mixtures are few, and read in every minute of every rollout. */
const KNOWN_PLACES = new WeakMap<Mixture, readonly Placed[]>();

function placed(mixture: Mixture): readonly Placed[] {
  const known = KNOWN_PLACES.get(mixture);
  if (known !== undefined) return known;
  const total = mixture.reduce((sum, { weight }) => sum + weight, 0);
  const places = mixture.map(({ ratio, weight }) => ({
    index: ratioIndex(ratio),
    ratio,
    lnWeight: Math.log(weight / total),
  }));
  KNOWN_PLACES.set(mixture, places);
  return places;
}

/** ln of the sum of exp(term): the same to the last bit in whatever order the terms come. -Infinity without terms. */
export function lnSum(terms: readonly number[]): number {
  const most = Math.max(...terms);
  if (!Number.isFinite(most)) return most;
  const scaled = terms.map((term) => Math.exp(term - most)).sort((one, other) => one - other);
  return most + Math.log(scaled.reduce((sum, each) => sum + each, 0));
}
