/** What the sequential judge says about a state: the verdict, what to do, which version is to blame, and the figures. */
import type { NoDataPolicy } from '../service/service-spec.ts';
import { bothBad } from './attribution.ts';
import type { CountKey } from './period-row.ts';
import { aPeriod, periodMs, periodsInWords, recentPeriods } from './period-words.ts';
import { policyProblems, type SequentialPolicy } from './policy.ts';
import { estimateRatio, type RatioEstimate } from './ratio-estimate.ts';
import type { SequentialState } from './sequential.ts';
import { type CombinedEvidence, combinedEvidence, judgedSeries, type MetricEvidence } from './sequential-evidence.ts';
import { safetyEvidence } from './series.ts';
import { judgedState, tooFewPeriods, tooFewRequests } from './too-few.ts';

export interface Judgement {
  readonly kind: 'healthy' | 'unhealthy' | 'inconclusive';
  readonly because: string;
  /** `promote`: harm is ruled out, so the rest of the bake may be skipped. `continueDeployment`: the rollout goes on when the bake is over. */
  readonly advice: 'rollBack' | 'promote' | 'goOn' | NoDataPolicy;
  readonly blames: 'canary' | 'both' | 'nobody';
  /** ln of the evidence of harm, all judged metrics together, and the limit at which it condemns. */
  readonly evidence: number;
  readonly limit: number;
  /** The count for which the canary is called worse; null when it is not. */
  readonly worse: CountKey | null;
}

export interface SequentialVerdict extends Judgement {
  readonly metrics: readonly MetricReading[];
}

export interface MetricReading {
  readonly name: string;
  readonly observedOnly: boolean;
  /** ln of the evidence that the canary is worse. */
  readonly harm: number;
  /** ln of the evidence that the canary is not worse by the harm ratio: the least of the metric's series. */
  readonly safety: number;
  readonly series: readonly (RatioEstimate & {
    readonly name: string;
    /** Counts per request over all periods of evidence, 0 to 1; null without requests. */
    readonly canaryRate: number | null;
    readonly stableRate: number | null;
  })[];
}

type Opinion = Pick<Judgement, 'kind' | 'because' | 'advice' | 'blames'>;

/**
 * Unhealthy for at most one in 1/alpha canaries that are no worse, over any number of periods, plus alpha/10 of the hard guard.
 * Healthy only with enough traffic of both versions, rows that can be true, and no shared harm. The advice is `promote` for at
 * most a share of beta of the canaries that are worse by the harm ratio. Anything else is inconclusive, with the reason.
 */
export function judgementOf(state: SequentialState): Judgement {
  const combined = combinedEvidence(state);
  return {
    ...opinionOf(state, combined),
    evidence: combined.harm,
    limit: combined.limit,
    worse: state.condemned?.count ?? null,
  };
}

/** `judgementOf` with the figures of each metric, which take a hundred times as long to compute. */
export function verdictOf(state: SequentialState): SequentialVerdict {
  const metrics = combinedEvidence(state).metrics.map((each) => readingOf(state, each));
  return { ...judgementOf(state), metrics };
}

function readingOf({ policy }: SequentialState, { metric, harm, series }: MetricEvidence): MetricReading {
  return {
    name: metric.name,
    observedOnly: metric.observedOnly,
    harm,
    safety: safetyOf(series, policy),
    series: series.map(({ rules, state }) => ({
      name: rules.name,
      ...estimateRatio(state, { policy, series: rules }),
      canaryRate: rateOf(state.canary),
      stableRate: rateOf(state.stable),
    })),
  };
}

/** The least of the series: each of them must rule the harm out. */
function safetyOf(series: MetricEvidence['series'], policy: SequentialPolicy): number {
  return Math.min(...series.map(({ state }) => safetyEvidence(state, policy)));
}

function rateOf({ requests, count }: { readonly requests: number; readonly count: number }): number | null {
  return requests === 0 ? null : count / requests;
}

function opinionOf(state: SequentialState, combined: CombinedEvidence): Opinion {
  const { policy, condemned } = state;
  const refused = policyProblems(policy)[0];
  if (refused !== undefined) return unsure(refused.detail, 'hold');
  if (condemned !== null) {
    return { kind: 'unhealthy', because: condemned.because, advice: 'rollBack', blames: 'canary' };
  }
  const shared = sharedHarm(state);
  if (shared !== null) {
    return { ...unsure(`Both versions are bad, so the canary is not the cause: ${shared}`, 'hold'), blames: 'both' };
  }
  const because = whyUnsure(state, combined);
  if (because !== null) return unsure(because, policy.noData);
  const isSafe = combined.metrics.every(
    ({ metric, series }) => metric.observedOnly || safetyOf(series, policy) >= Math.log(1 / policy.beta),
  );
  return {
    kind: 'healthy',
    because: `${isSafe ? `Worse by ${policy.harmRatio} times is ruled out` : 'No sign of harm'} in ${periodsInWords(state.periods, policy)}${leftOut(state)}`,
    advice: isSafe ? 'promote' : 'goOn',
    blames: 'nobody',
  };
}

function unsure(because: string, advice: NoDataPolicy): Opinion {
  return { kind: 'inconclusive', because, advice, blames: 'nobody' };
}

function leftOut({ troubled, troubles }: SequentialState): string {
  return troubled === 0 ? '' : `; ${troubled} more gave no evidence, the last because ${troubles.at(-1)?.because}`;
}

function sharedHarm({ policy, recent }: SequentialState): string | null {
  return (
    judgedSeries(policy)
      .map((series) => bothBad(series, recent))
      .find((each) => each !== null) ?? null
  );
}

/** If nothing is wrong, the chance that none of 10 expected requests comes is 1 in 20,000. */
export const EXPECTED_REQUESTS = 10;

/** Why the evidence is not enough to call the canary healthy, in words; null when it is enough. */
function whyUnsure(state: SequentialState, { harm, limit }: CombinedEvidence): string | null {
  const { policy, stale } = state;
  if (stale !== null) return `The evidence has to be recomputed: ${stale}`;
  return (
    recentTrouble(state) ??
    tooFewRequests(state) ??
    standstill(state) ??
    tooFewPeriods(state) ??
    (harm >= limit ? `Worse than stable, but with fewer than ${policy.minimumErrors} counts` : null)
  );
}

function recentTrouble({ policy, troubles, troubled, periods, lastAt }: SequentialState): string | null {
  const last = troubles.at(-1);
  if (last === undefined) return null;
  if (troubled > periods)
    return `${periodsInWords(troubled, policy)} gave no evidence and ${periods} did: ${last.because}`;
  const age = ((lastAt as number) - last.at) / periodMs(policy);
  return age < recentPeriods(policy) ? `${aPeriod(policy)} gave no evidence: ${last.because}` : null;
}

/** A version whose traffic stopped: the evidence about it is old. */
function standstill({ policy, idle, periods, series }: SequentialState): string | null {
  const { canary, stable } = judgedState({ policy, series });
  const expects = (idlePeriods: number, requests: number) => (idlePeriods * requests) / periods >= EXPECTED_REQUESTS;
  if (expects(idle.canary, canary.requests))
    return `The canary had no request in the last ${periodsInWords(idle.canary, policy)}`;
  return expects(idle.stable, stable.requests)
    ? `Stable had no request in the last ${periodsInWords(idle.stable, policy)}`
    : null;
}
