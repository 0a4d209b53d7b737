/** The evidence of all metrics together, and when it is enough to condemn the canary. */
import type { MetricPolicy, SequentialPolicy, SeriesPolicy } from './policy.ts';
import { lnSum } from './ratios.ts';
import { harmEvidence, type SeriesState } from './series.ts';

export interface MetricEvidence {
  readonly metric: MetricPolicy;
  /** ln of the mean of its series' evidence: a mean of e-processes is one, whatever they have to do with each other. */
  readonly harm: number;
  /** By series, in the policy's order. */
  readonly series: readonly { readonly rules: SeriesPolicy; readonly harm: number; readonly state: SeriesState }[];
}

export interface Evidenced {
  readonly policy: SequentialPolicy;
  readonly series: readonly SeriesState[];
  readonly minutes: number;
}

export function evidenceByMetric({ policy, series }: Evidenced): MetricEvidence[] {
  let taken = 0;
  return policy.metrics.map((metric) => {
    const each = metric.series.map((rules) => {
      const state = series[taken] as SeriesState;
      taken += 1;
      return { rules, state, harm: harmEvidence(state, { policy, series: rules }) };
    });
    return { metric, harm: lnSum(each.map(({ harm }) => harm)) - Math.log(each.length), series: each };
  });
}

export interface CombinedEvidence {
  /** ln of the weighted mean over the metrics that count. */
  readonly harm: number;
  readonly limit: number;
  readonly metrics: readonly MetricEvidence[];
}

export function combinedEvidence(state: Evidenced): CombinedEvidence {
  const metrics = evidenceByMetric(state);
  const judged = metrics.filter(({ metric }) => !metric.observedOnly);
  const total = judged.reduce((sum, { metric }) => sum + metric.weight, 0);
  const harm = lnSum(judged.map((each) => each.harm + Math.log(each.metric.weight / total)));
  return { harm, limit: Math.log(1 / state.policy.alpha), metrics };
}

/** Minutes of evidence before a canary is called unhealthy or promoted early, when a judged count has no history. */
export const MINUTES_WITHOUT_HISTORY = 5;

export function minutesNeeded({ metrics }: SequentialPolicy): number {
  const judged = metrics.filter(({ observedOnly }) => !observedOnly).flatMap(({ series }) => series);
  return judged.some(({ history }) => history === null) ? MINUTES_WITHOUT_HISTORY : 1;
}

/** Why the canary is worse, in words: the evidence is beyond its limit, and rests on more than a stray count. Null otherwise. */
export function reasonToCondemn(state: Evidenced, { harm, limit, metrics }: CombinedEvidence): string | null {
  if (!(harm >= limit) || state.minutes < minutesNeeded(state.policy)) return null;
  const { rules, state: worst } = leading(metrics);
  if (worst.canary.count < state.policy.minimumErrors) return null;
  return `${rules.name}: ${worst.canary.count} in ${worst.canary.requests} requests of the canary, ${worst.stable.count} in ${worst.stable.requests} of stable`;
}

/** The judged count whose own evidence is the greatest. */
function leading(metrics: readonly MetricEvidence[]): MetricEvidence['series'][number] {
  const all = metrics.filter(({ metric }) => !metric.observedOnly).flatMap(({ series }) => series);
  // Evidence of nothing is minus infinity, and reaches no limit: where there is any, there is a series.
  return all.reduce((worst, each) => (each.harm > worst.harm ? each : worst));
}
