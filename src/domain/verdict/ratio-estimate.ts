/** How many times stable's rate the canary's rate is, with an interval that holds at all periods together. */
import type { Leaning } from './likelihood.ts';
import type { SequentialPolicy, SeriesPolicy } from './policy.ts';
import { placed, RATIOS, ratioIndex } from './ratios.ts';
import { againstNull, type SeriesState } from './series.ts';

interface Rules {
  readonly policy: SequentialPolicy;
  readonly series: SeriesPolicy;
}

/** Ratio of the canary's rate to stable's. */
export interface RatioEstimate {
  /** Mantel and Haenszel (1959) over the periods; null before stable has counted anything. */
  readonly ratio: number | null;
  /** The lower end; 0 when no lower ratio is ruled out. */
  readonly from: number;
  /** The upper end; null when no higher ratio is ruled out. */
  readonly to: number | null;
}

/**
 * If there is one true ratio, the interval holds it at all periods together with a chance of at least 1 - 2 alpha. It has all
 * ratios of the list that neither one-sided test rejects, rounded outward to the list.
 */
export function estimateRatio(state: SeriesState, { policy, series }: Rules): RatioEstimate {
  const limit = Math.log(1 / policy.alpha);
  const { canary, stable } = state.crossed;
  const harms = series.harms.map(({ ratio, weight }) => ({ step: ratioIndex(ratio), weight }));
  const isOut = (side: Side) => (_ratio: number, nullPlace: number) =>
    isRejected(state, { side, nullPlace, harms, limit });
  return {
    ratio: stable > 0 ? canary / stable : null,
    from: RATIOS.findLast(isOut(ABOVE)) ?? 0,
    to: RATIOS.find(isOut(BELOW)) ?? null,
  };
}

interface NullTest {
  readonly side: Side;
  /** The place in RATIOS of the ratio to reject. */
  readonly nullPlace: number;
  /** `step` is the place of the harm in RATIOS. */
  readonly harms: readonly { readonly step: number; readonly weight: number }[];
  readonly limit: number;
}

function isRejected(state: SeriesState, { side, nullPlace, harms, limit }: NullTest): boolean {
  const { leaning } = side;
  const places = side.places[nullPlace] as readonly number[];
  const alternatives = harms.flatMap(({ step, weight }) => {
    const place = places[step] ?? BEYOND;
    return place === BEYOND ? [] : [{ place, weight }];
  });
  const greatest = (profile: readonly number[]) =>
    Math.max(...alternatives.map(({ place }) => profile[place] as number)) - (profile[nullPlace] as number);
  // A mean is no greater than its greatest part. For most ratios this decides without a single exponential.
  if (![state.exact, state.robust[leaning]].every((profile) => greatest(profile) >= limit - SLACK)) return false;
  const mixture = alternatives.map(({ place, weight }) => ({ ratio: RATIOS[place] as number, weight }));
  const nullRatio = RATIOS[nullPlace] as number;
  return againstNull(state, { nullRatio, alternatives: placed(mixture), leaning }) >= limit;
}

/** Far above the rounding error of a sum. */
const SLACK = 1e-6;

/** One side of the interval: by null ratio and harm, the place in RATIOS of the alternative that is the harm away. */
interface Side {
  readonly leaning: Leaning;
  readonly places: readonly (readonly number[])[];
}

const BEYOND = -1;

/** 3 % of slack, so that the product of two ratios of the list finds its ratio in spite of rounding. */
const ABOVE: Side = {
  leaning: 'against',
  places: RATIOS.map((nullRatio) =>
    RATIOS.map((step) => RATIOS.findIndex((ratio) => ratio >= nullRatio * step * 0.97)),
  ),
};

const BELOW: Side = {
  leaning: 'for',
  places: RATIOS.map((nullRatio) =>
    RATIOS.map((step) => RATIOS.findLastIndex((ratio) => ratio <= (nullRatio / step) * 1.03)),
  ),
};
