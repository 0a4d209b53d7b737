/**
 * The hard guard: a canary that breaks at once is caught within ten seconds, warm-up or not. It is a test of its own, and
 * spends a tenth of alpha beside the sequential one.
 */
import { exactProfile, type MinuteCounts } from './likelihood.ts';
import { countsOf, type MinuteRow } from './minute-row.ts';
import type { SequentialPolicy, SeriesPolicy } from './policy.ts';
import { lnMixture } from './ratios.ts';
import { judgedSeries, type Reason } from './sequential-evidence.ts';

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
  row: MinuteRow,
  { policy, looks }: { readonly policy: SequentialPolicy; readonly looks: number },
): Reason | null {
  const limit = Math.log((looks * (looks + 1)) / (ALPHA_SHARE * policy.alpha));
  const broken = guarded(policy).find((series) => {
    const minute = countsOf(row, series.name);
    return isDrastic(minute) && evidenceOf(minute, { policy, series }) >= limit;
  });
  if (broken === undefined) return null;
  const { canary, stable } = countsOf(row, broken.name);
  const because = `${canary.count} ${broken.name} in ${canary.requests} requests of the canary within ${row.periodSeconds} seconds, ${stable.count} in ${stable.requests} of stable`;
  return { series: broken.name, because };
}

function isDrastic({ canary, stable }: MinuteCounts): boolean {
  if (canary.requests < CANARY_REQUESTS_MIN || stable.requests === 0) return false;
  return canary.count / canary.requests >= CANARY_RATE_MIN && stable.count / stable.requests < STABLE_RATE_MAX;
}

function evidenceOf(
  minute: MinuteCounts,
  { policy, series }: { readonly policy: SequentialPolicy; readonly series: SeriesPolicy },
): number {
  const alternatives = series.harms.filter(({ ratio }) => ratio > policy.harmlessRatio);
  return lnMixture({ profile: exactProfile(minute), nullRatio: policy.harmlessRatio, alternatives });
}

/** Only counts that are bad in themselves: half of all requests lie above T_50 in the best of times. */
function guarded(policy: SequentialPolicy): SeriesPolicy[] {
  return judgedSeries(policy).filter(({ badRate }) => badRate !== null);
}
