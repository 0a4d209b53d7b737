/**
 * What one period says about every ratio of RATIOS: the log likelihood of how its counts split between canary and stable,
 * given their sum, minus the log likelihood at ratio 1. Stable's own rate cancels out, so it may be anything and change every
 * period. Both versions have at least one request.
 */
import { lnGammaRise } from './ln-gamma.ts';
import type { PeriodCounts } from './period-counts.ts';
import { RATIOS } from './ratios.ts';

/** rho: the canary's share of the requests, between 0 and 1. */
export function canaryShare({ canary, stable }: PeriodCounts): number {
  return canary.requests / (canary.requests + stable.requests);
}

/**
 * x_c ln R - X ln(1 + rho (R - 1)) at each of RATIOS. The difference of two values is the exact test's sum S_k, for any null
 * ratio. exp of the sum is a nonnegative supermartingale when requests are independent (Lindon and Malek, NeurIPS 2022; 1 + y <= e^y).
 */
export function exactProfile(period: PeriodCounts): number[] {
  const rho = canaryShare(period);
  const x = period.canary.count;
  const total = x + period.stable.count;
  return RATIOS.map((ratio, index) => x * (LN_RATIOS[index] as number) - total * Math.log1p(rho * (ratio - 1)));
}

const LN_RATIOS = RATIOS.map(Math.log);

/** `against` the canary: the test of harm refutes its null hypothesis from above. `for` it: the test of safety, from below. */
export type Leaning = 'against' | 'for';

/**
 * The profile of one minute with noise: the split is beta-binomial around theta = rho R / (1 + rho (R - 1)). Its concentration
 * kappa says how far the share of the counts strays from theta within a minute. The difference of two values is the robust
 * test's sum B_k. When both rates stray by tau, the ratio of two equal rates has the mean 1 + tau^2, or the inverse for the
 * opposite ratio. R leans by that much to the side on which the null hypothesis is harder to refute; without the lean, noise
 * alone would refute it in the long run.
 */
export function robustProfile(
  minute: PeriodCounts,
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
 * kappa >= 2 of a split between two versions whose rates each stray by tau. The variance of the share is the variance of the
 * difference of the two rates: 2 tau^2 rho (1 - rho) in units of theta (1 - theta).
 */
export function concentration({ rho, tauSquared }: { readonly rho: number; readonly tauSquared: number }): number {
  return Math.max(2, 1 / (2 * tauSquared * rho * (1 - rho)) - 1);
}
