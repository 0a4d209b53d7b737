/** How many times stable's rate the canary's is, and the interval that holds at every minute at once. */
import type { Leaning } from './likelihood.ts';
import type { SequentialPolicy, SeriesPolicy } from './policy.ts';
import { type Mixture, RATIOS, ratioIndex } from './ratios.ts';
import { againstNull, type SeriesState, type Test } from './series.ts';

interface Rules {
  readonly policy: SequentialPolicy;
  readonly series: SeriesPolicy;
}

/** Ratio of the canary's rate to stable's. `from` 0 and `to` null: nothing rules out any lower, or any higher one. */
export interface RatioEstimate {
  /** Mantel and Haenszel (1959) over the minutes; null before stable has counted anything. */
  readonly ratio: number | null;
  readonly from: number;
  readonly to: number | null;
}

/**
 * The interval holds the true ratio, if there is one, at every minute at once with a chance of at least 1 - 2 alpha: all
 * ratios of the list that neither one-sided test rejects, rounded outward to the list.
 */
export function estimateRatio(state: SeriesState, { policy, series }: Rules): RatioEstimate {
  const limit = Math.log(1 / policy.alpha);
  const { canary, stable } = state.crossed;
  const { above, below } = testsOf(series.harms);
  return {
    ratio: stable > 0 ? canary / stable : null,
    from: above.findLast((test) => isRejected(state, { test, limit }))?.nullRatio ?? 0,
    to: below.find((test) => isRejected(state, { test, limit }))?.nullRatio ?? null,
  };
}

function isRejected(
  state: SeriesState,
  { test, limit }: { readonly test: PlacedTest; readonly limit: number },
): boolean {
  const profiles = [state.exact, state.robust[test.leaning]];
  // A mean is no greater than its greatest part: for most ratios, that says it without a single exponential.
  return profiles.every((profile) => greatest(profile, test) >= limit - SLACK) && againstNull(state, test) >= limit;
}

/** Far above what rounding does to a sum. */
const SLACK = 1e-6;

/** -Infinity without alternatives: nothing is rejected in favour of nothing. */
function greatest(profile: readonly number[], { places, nullPlace }: PlacedTest): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const place of places) most = Math.max(most, profile[place] as number);
  return most - (profile[nullPlace] as number);
}

/** With the places in RATIOS of its alternatives and of its null ratio. */
interface PlacedTest extends Test {
  readonly places: readonly number[];
  readonly nullPlace: number;
}

interface Tests {
  readonly above: readonly PlacedTest[];
  readonly below: readonly PlacedTest[];
}

const tests = new WeakMap<Mixture, Tests>();

/** One test of each ratio of the list from either side; of a mixture always the same, so made once. */
function testsOf(harms: Mixture): Tests {
  const known = tests.get(harms);
  if (known !== undefined) return known;
  const test =
    (nullRatio: number, nullPlace: number) => (leaning: Leaning, place: (step: number) => number | undefined) => {
      const alternatives = shifted(harms, place);
      return {
        nullRatio,
        alternatives,
        leaning,
        nullPlace,
        places: alternatives.map(({ ratio }) => ratioIndex(ratio)),
      };
    };
  const made: Tests = {
    above: RATIOS.map((ratio, place) => test(ratio, place)('against', (step) => nearestAbove(ratio * step))),
    below: RATIOS.map((ratio, place) => test(ratio, place)('for', (step) => nearestBelow(ratio / step))),
  };
  tests.set(harms, made);
  return made;
}

/** The harms as steps from another ratio than 1, those that leave the list left out. */
function shifted(harms: Mixture, place: (step: number) => number | undefined): Mixture {
  return harms.flatMap(({ ratio, weight }) => {
    const placed = place(ratio);
    return placed === undefined ? [] : [{ ratio: placed, weight }];
  });
}

/** 3 % of slack, so that the product of two ratios of the list finds the one it means in spite of rounding. */
function nearestAbove(wanted: number): number | undefined {
  return RATIOS.find((ratio) => ratio >= wanted * 0.97);
}

function nearestBelow(wanted: number): number | undefined {
  return RATIOS.findLast((ratio) => ratio <= wanted * 1.03);
}
