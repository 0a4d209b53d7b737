/**
 * The hard guard: it catches a canary that breaks at once within ten seconds, during the warm-up too. It is a test of its own,
 * and spends a tenth of alpha on top of the sequential test.
 */
import { exactProfile } from './likelihood.ts';
import { countsOf, lengthSeconds, type PeriodCounts } from './period-counts.ts';
import type { JudgedRow } from './period-row.ts';
import type { SequentialPolicy, SeriesPolicy } from './policy.ts';
import { lnMixture, placed } from './ratios.ts';
import { judgedSeries, type Reason } from './sequential-evidence.ts';

const CANARY_REQUESTS_MIN = 30;
const CANARY_RATE_MIN = 0.2;
const STABLE_RATE_MAX = 0.05;
/** The guard's share of alpha. */
const ALPHA_SHARE = 0.1;

/**
 * Why the canary must roll back at once, in words; null when this period is no reason. The guard fires on at least 30 requests
 * with 20 % errors while stable is below 5 %, if the evidence of this period alone reaches t (t + 1) / (alpha / 10). t is the
 * number of looks, this one included: among 180 looks, 30 requests with 6 errors are not rare enough at a rate of 4 %.
 */
export function guardReason(
  row: JudgedRow,
  { policy, looks }: { readonly policy: SequentialPolicy; readonly looks: number },
): Reason | null {
  const limit = Math.log((looks * (looks + 1)) / (ALPHA_SHARE * policy.alpha));
  const broken = guarded(policy).find((series) => {
    const period = countsOf(row, series.count);
    return isDrastic(period) && evidenceOf(period, { policy, series }) >= limit;
  });
  if (broken === undefined) return null;
  const { canary, stable } = countsOf(row, broken.count);
  const because = `${canary.count} ${broken.name} in ${canary.requests} requests of the canary within ${lengthSeconds(row, policy)} seconds, ${stable.count} in ${stable.requests} of stable`;
  return { count: broken.count, because };
}

function isDrastic({ canary, stable }: PeriodCounts): boolean {
  if (canary.requests < CANARY_REQUESTS_MIN || stable.requests === 0) return false;
  return canary.count / canary.requests >= CANARY_RATE_MIN && stable.count / stable.requests < STABLE_RATE_MAX;
}

function evidenceOf(
  period: PeriodCounts,
  { policy, series }: { readonly policy: SequentialPolicy; readonly series: SeriesPolicy },
): number {
  const alternatives = placed(series.harms.filter(({ ratio }) => ratio > policy.harmlessRatio));
  return lnMixture({ profile: exactProfile(period), nullRatio: policy.harmlessRatio, alternatives });
}

/** Only counts that are bad in themselves: half of all requests are slower than T_50 in a healthy service. */
function guarded(policy: SequentialPolicy): SeriesPolicy[] {
  return judgedSeries(policy).filter(({ badRate }) => badRate !== null);
}
