/** The evidence of all metrics together, and when it is enough to condemn the canary. */
import type { CountKey } from './period-row.ts';
import { recentPeriods } from './period-words.ts';
import { type MetricPolicy, minutesOf, type SequentialPolicy, type SeriesPolicy } from './policy.ts';
import { lnSum } from './ratios.ts';
import { harmEvidence, type SeriesState } from './series.ts';

export interface MetricEvidence {
  readonly metric: MetricPolicy;
  /** ln of the mean of its series' evidence: a mean of e-processes is an e-process, however they depend on each other. */
  readonly harm: number;
  /** ln of the evidence at which this metric condemns alone, when the other metrics have none. */
  readonly limit: number;
  /** By series, in the policy's order. */
  readonly series: readonly { readonly rules: SeriesPolicy; readonly harm: number; readonly state: SeriesState }[];
}

export interface Evidenced {
  readonly policy: SequentialPolicy;
  readonly series: readonly SeriesState[];
  readonly periods: number;
}

export function evidenceByMetric({ policy, series }: Evidenced): MetricEvidence[] {
  let taken = 0;
  const total = judgedWeight(policy);
  const limit = combinedLimit(policy);
  return policy.metrics.map((metric) => {
    const each = metric.series.map((rules) => {
      const state = series[taken] as SeriesState;
      taken += 1;
      return { rules, state, harm: harmEvidence(state, { policy, series: rules }) };
    });
    return {
      metric,
      harm: lnSum(each.map(({ harm }) => harm)) - Math.log(each.length),
      limit: metric.observedOnly ? limit : limit + Math.log(total / metric.weight),
      series: each,
    };
  });
}

function judgedWeight({ metrics }: SequentialPolicy): number {
  return metrics.filter(({ observedOnly }) => !observedOnly).reduce((sum, { weight }) => sum + weight, 0);
}

/** ln(1/alpha), at which all judged metrics together condemn. */
export function combinedLimit({ alpha }: SequentialPolicy): number {
  return Math.log(1 / alpha);
}

export interface CombinedEvidence {
  /** ln of the weighted mean over the metrics that are judged. */
  readonly harm: number;
  /** ln(1/alpha), at which it condemns. */
  readonly limit: number;
  readonly metrics: readonly MetricEvidence[];
}

export function combinedEvidence(state: Evidenced): CombinedEvidence {
  const metrics = evidenceByMetric(state);
  const judged = metrics.filter(({ metric }) => !metric.observedOnly);
  const total = judgedWeight(state.policy);
  const harm = lnSum(judged.map((each) => each.harm + Math.log(each.metric.weight / total)));
  return { harm, limit: combinedLimit(state.policy), metrics };
}

/** Periods of evidence that a canary needs before it is called healthy or unhealthy: more when a judged count has a short history. */
export function periodsNeeded(policy: SequentialPolicy): number {
  return periodsAfter(minutesBefore(policy), policy);
}

/** The minutes of stable before the rollout, of the judged count that has the fewest. */
export function minutesBefore(policy: SequentialPolicy): number {
  return Math.min(...judgedSeries(policy).map(({ history }) => minutesOf(history)));
}

/**
 * A judge that knows nothing of stable's noise sees it for `recentPeriods` first. Minutes before the rollout count for that as well:
 * they are minutes of the same stable version.
 */
export function periodsAfter(minutes: number, policy: Pick<SequentialPolicy, 'periodSeconds'>): number {
  return Math.max(1, recentPeriods(policy) - Math.floor((minutes * 60) / policy.periodSeconds));
}

/** Why the judge needs more than one period of evidence, in words. */
export function shortHistory(policy: SequentialPolicy): string {
  const minutes = minutesBefore(policy);
  const had = minutes === 0 ? 'no whole minute' : `only ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return `stable had ${had} of calls before the rollout`;
}

export function judgedSeries({ metrics }: Pick<SequentialPolicy, 'metrics'>): SeriesPolicy[] {
  return metrics.filter(({ observedOnly }) => !observedOnly).flatMap(({ series }) => series);
}

export interface Reason {
  /** The count for which the canary is worse. */
  readonly count: CountKey;
  /** How it is worse, in words. */
  readonly because: string;
}

/** Why the canary is worse: the evidence is at its limit, and rests on more than a stray count. Null otherwise. */
export function reasonToCondemn(state: Evidenced, { harm, limit, metrics }: CombinedEvidence): Reason | null {
  if (!(harm >= limit) || state.periods < periodsNeeded(state.policy)) return null;
  const { rules, state: worst } = leading(metrics);
  if (worst.canary.count < state.policy.minimumErrors) return null;
  const because = `${rules.name}: ${worst.canary.count} in ${worst.canary.requests} requests of the canary, ${worst.stable.count} in ${worst.stable.requests} of stable`;
  return { count: rules.count, because };
}

/** The judged count whose own evidence is the greatest. */
function leading(metrics: readonly MetricEvidence[]): MetricEvidence['series'][number] {
  const all = metrics.filter(({ metric }) => !metric.observedOnly).flatMap(({ series }) => series);
  // Without a judged series the evidence is minus infinity and reaches no limit, so the list is not empty here.
  return all.reduce((worst, each) => (each.harm > worst.harm ? each : worst));
}
