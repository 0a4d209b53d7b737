/**
 * What one minute says about every ratio of RATIOS: the log likelihood of how its counts split between canary and stable,
 * given their sum, minus that at ratio 1. Stable's own rate cancels out, so it may be anything and change every minute.
 */
import { lnGammaRise } from './ln-gamma.ts';
import { RATIOS } from './ratios.ts';

/** Whole numbers: requests >= 1 and counts 0 to requests, of both versions in the same minute. */
export interface MinuteCounts {
  readonly canary: { readonly requests: number; readonly count: number };
  readonly stable: { readonly requests: number; readonly count: number };
}

/** rho: the canary's share of the requests, between 0 and 1. */
export function canaryShare({ canary, stable }: MinuteCounts): number {
  return canary.requests / (canary.requests + stable.requests);
}

/**
 * x_c ln R - X ln(1 + rho (R - 1)). Differences of two of its values are the exact test's sums S_k, for any null ratio;
 * exp of them is a nonnegative supermartingale when requests are independent (Lindon and Malek, NeurIPS 2022; 1 + y <= e^y).
 */
export function exactProfile(minute: MinuteCounts): number[] {
  const rho = canaryShare(minute);
  const x = minute.canary.count;
  const total = x + minute.stable.count;
  return RATIOS.map((ratio, index) => x * (LN_RATIOS[index] as number) - total * Math.log1p(rho * (ratio - 1)));
}

const LN_RATIOS = RATIOS.map(Math.log);

/** `against` the canary: a null hypothesis is to be refuted from above, for harm; `for` it: from below, for safety. */
export type Leaning = 'against' | 'for';

/**
 * The same with a beta-binomial split around theta = rho R / (1 + rho (R - 1)), whose concentration kappa says how far the
 * share of the counts strays from theta in one minute: differences are the robust test's sums B_k. When both rates stray by
 * tau, the ratio of two equal ones has the mean 1 + tau^2, or its inverse the other way round: R leans by that much to the
 * side on which the null hypothesis is harder to refute, or noise alone would refute it in the long run.
 */
export function robustProfile(
  minute: MinuteCounts,
  { tauSquared, leaning }: { readonly tauSquared: number; readonly leaning: Leaning },
): number[] {
  const rho = canaryShare(minute);
  const kappa = concentration({ rho, tauSquared });
  const lean = leaning === 'against' ? 1 + tauSquared : 1 / (1 + tauSquared);
  const lnSplit = (ratio: number) => {
    const whole = 1 + rho * (ratio * lean - 1);
    return (
      lnGammaRise({ from: (rho * ratio * lean * kappa) / whole, by: minute.canary.count }) +
      lnGammaRise({ from: ((1 - rho) * kappa) / whole, by: minute.stable.count })
    );
  };
  const atOne = lnSplit(1);
  return RATIOS.map((ratio) => lnSplit(ratio) - atOne);
}

/**
 * kappa >= 2 of a split between two versions whose rates each stray by tau: the share's variance is that of the difference
 * of the two, 2 tau^2 rho (1 - rho) in units of theta (1 - theta).
 */
export function concentration({ rho, tauSquared }: { readonly rho: number; readonly tauSquared: number }): number {
  return Math.max(2, 1 / (2 * tauSquared * rho * (1 - rho)) - 1);
}
