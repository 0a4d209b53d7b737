/** How many times stable's rate the canary's rate is, with an interval that holds at all periods together. */
import type { SequentialPolicy } from './policy.ts';
import { type Mixture, placed, RATIOS, ratioIndex } from './ratios.ts';
import { againstNull, type SeriesState, type Test } from './series.ts';

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
export function estimateRatio(
  state: SeriesState,
  { policy, tests }: { readonly policy: SequentialPolicy; readonly tests: RatioTests },
): RatioEstimate {
  const limit = Math.log(1 / policy.alpha);
  const { canary, stable } = state.crossed;
  const { above, below } = tests;
  return {
    ratio: stable > 0 ? canary / stable : null,
    from: above.findLast((test) => isRejected(state, { test, limit }))?.nullRatio ?? 0,
    to: below.find((test) => isRejected(state, { test, limit }))?.nullRatio ?? null,
  };
}

function isRejected(state: SeriesState, { test, limit }: { readonly test: Test; readonly limit: number }): boolean {
  const profiles = [state.exact, state.robust[test.leaning]];
  // A mean is no greater than its greatest part. For most ratios this decides without a single exponential.
  return profiles.every((profile) => greatest(profile, test) >= limit - SLACK) && againstNull(state, test) >= limit;
}

/** Far above the rounding error of a sum. */
const SLACK = 1e-6;

/** -Infinity without alternatives: then the test rejects no null ratio. */
function greatest(profile: readonly number[], { alternatives, nullRatio }: Test): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const { index } of alternatives) most = Math.max(most, profile[index] as number);
  return most - (profile[ratioIndex(nullRatio)] as number);
}

/** One test of each ratio of the list, from either side. */
export interface RatioTests {
  readonly above: readonly Test[];
  readonly below: readonly Test[];
}

/** The tests depend only on the mixture. They cost as much as an estimate, so a caller with many estimates makes them once. */
export function ratioTests(harms: Mixture): RatioTests {
  return {
    above: RATIOS.map((nullRatio) => ({
      nullRatio,
      leaning: 'against',
      alternatives: placed(shifted(harms, (step) => nearestAbove(nullRatio * step))),
    })),
    below: RATIOS.map((nullRatio) => ({
      nullRatio,
      leaning: 'for',
      alternatives: placed(shifted(harms, (step) => nearestBelow(nullRatio / step))),
    })),
  };
}

/** The harms as steps from another ratio than 1, without those that are beyond the list. */
function shifted(harms: Mixture, place: (step: number) => number | undefined): Mixture {
  return harms.flatMap(({ ratio, weight }) => {
    const placed = place(ratio);
    return placed === undefined ? [] : [{ ratio: placed, weight }];
  });
}

/** 3 % of slack, so that the product of two ratios of the list finds its ratio in spite of rounding. */
function nearestAbove(wanted: number): number | undefined {
  return RATIOS.find((ratio) => ratio >= wanted * 0.97);
}

function nearestBelow(wanted: number): number | undefined {
  return RATIOS.findLast((ratio) => ratio <= wanted * 1.03);
}
