/**
 * The hard guard: a canary that breaks at once is caught within ten seconds, warm-up or not. It is a test of its own, and
 * spends a tenth of alpha beside the sequential one.
 */
import { exactProfile } from './likelihood.ts';
import type { MinuteRow } from './minute-row.ts';
import type { SequentialPolicy, SeriesPolicy } from './policy.ts';
import { lnMixture } from './ratios.ts';

const CANARY_REQUESTS_MIN = 30;
const CANARY_RATE_MIN = 0.2;
const STABLE_RATE_MAX = 0.05;
/** The guard's share of alpha. */
const ALPHA_SHARE = 0.1;

/**
 * Why the canary must go back at once, in words; null when this period does not say so. Fires on at least 30 requests and
 * 20 % errors while stable is below 5 %, if the period's own evidence reaches t (t + 1) / (alpha / 10) as the t-th period that
 * was looked at: 30 requests with 6 errors are not rare enough at 4 % when somebody looks 180 times.
 */
export function guardReason(
  { canary, stable, periodSeconds }: MinuteRow,
  { policy, looks }: { readonly policy: SequentialPolicy; readonly looks: number },
): string | null {
  if (canary.requests < CANARY_REQUESTS_MIN || stable.requests === 0) return null;
  for (const series of guarded(policy)) {
    const count = { canary: canary.counts[series.name] ?? 0, stable: stable.counts[series.name] ?? 0 };
    const rate = { canary: count.canary / canary.requests, stable: count.stable / stable.requests };
    if (rate.canary < CANARY_RATE_MIN || rate.stable >= STABLE_RATE_MAX) continue;
    const profile = exactProfile({
      canary: { requests: canary.requests, count: count.canary },
      stable: { requests: stable.requests, count: count.stable },
    });
    const alternatives = series.harms.filter(({ ratio }) => ratio > policy.harmlessRatio);
    const evidence = lnMixture({ profile, nullRatio: policy.harmlessRatio, alternatives });
    if (evidence >= Math.log((looks * (looks + 1)) / (ALPHA_SHARE * policy.alpha))) {
      return `${count.canary} ${series.name} in ${canary.requests} requests of the canary within ${periodSeconds} seconds, ${count.stable} in ${stable.requests} of stable`;
    }
  }
  return null;
}

/** Only counts that are bad in themselves: half of all requests lie above T_50 in the best of times. */
function guarded({ metrics }: SequentialPolicy): SeriesPolicy[] {
  return metrics
    .filter(({ observedOnly }) => !observedOnly)
    .flatMap(({ series }) => series.filter(({ badRate }) => badRate !== null));
}
