/** The ratio of the canary's rate to stable's, with an interval that holds at every minute at once. */
import type { Leaning } from './likelihood.ts';
import type { SequentialPolicy, SeriesPolicy } from './policy.ts';
import { type Mixture, mixtureReaches, RATIOS } from './ratios.ts';
import type { SeriesState } from './series.ts';

/** `from` 0 and `to` null: nothing rules out any lower, or any higher one. */
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
export function estimateRatio(
  { exact, robust, crossed }: SeriesState,
  { policy, series }: { readonly policy: SequentialPolicy; readonly series: SeriesPolicy },
): RatioEstimate {
  const limit = Math.log(1 / policy.alpha);
  const { above, below } = testsAround(series.harms);
  const isRejected =
    (leaning: Leaning) =>
    (test: Test): boolean =>
      [exact, robust[leaning]].every((profile) => mixtureReaches({ profile, ...test, limit }));
  return {
    ratio: crossed.stable > 0 ? crossed.canary / crossed.stable : null,
    from: above.findLast(isRejected('against'))?.nullRatio ?? 0,
    to: below.find(isRejected('for'))?.nullRatio ?? null,
  };
}

interface Test {
  readonly nullRatio: number;
  readonly alternatives: Mixture;
}

/** Each of RATIOS as a null hypothesis, with the alternatives as far from it as the harms are from 1. */
interface Tests {
  readonly above: readonly Test[];
  readonly below: readonly Test[];
}

/** Worked out once for each list of harms: an interval asks for all of them, and is asked for every minute. */
const KNOWN_TESTS = new WeakMap<Mixture, Tests>();

function testsAround(harms: Mixture): Tests {
  const known = KNOWN_TESTS.get(harms);
  if (known !== undefined) return known;
  const tests = {
    above: RATIOS.map((nullRatio) => ({
      nullRatio,
      alternatives: shifted(harms, (step) => nearestAbove(nullRatio * step)),
    })),
    below: RATIOS.map((nullRatio) => ({
      nullRatio,
      alternatives: shifted(harms, (step) => nearestBelow(nullRatio / step)),
    })),
  };
  KNOWN_TESTS.set(harms, tests);
  return tests;
}

/** Those that leave the list are left out. */
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
