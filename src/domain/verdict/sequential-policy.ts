/** The policy of a sequential judge, from what the service says and from what was measured before the rollout. */
import { durationMs } from '../duration.ts';
import type { JudgedMetric, SequentialJudge } from '../service/service-spec.ts';
import { type Baseline, ERRORS, slowerThan } from './baseline.ts';
import { type MetricPolicy, POLICY_DEFAULTS, type SequentialPolicy, type SeriesPolicy } from './policy.ts';
import { ERROR_HARMS, LATENCY_HARMS } from './ratios.ts';

/** Errors at which a version is bad whatever it was before. */
const BAD_RATE = 0.2;

/** A metric that was not measured before is left out of it: nobody can say what its canary is worse than. */
export function policyOf(judge: SequentialJudge, baseline: Baseline | null): SequentialPolicy {
  const { falseRollbackPercent, harmRatio, minimumRequests, periodSeconds, warmUp } = judge;
  const metrics = judge.metrics.flatMap(({ metric: name, weight, observedOnly }): MetricPolicy[] => {
    const series = seriesOf(name, baseline);
    return series.length === 0 ? [] : [{ name, weight, series, observedOnly }];
  });
  const alpha = falseRollbackPercent / 100;
  const warmUpMs = durationMs(warmUp);
  return { ...POLICY_DEFAULTS, alpha, harmRatio, minimumRequests, periodSeconds, warmUpMs, metrics };
}

function seriesOf(metric: JudgedMetric['metric'], baseline: Baseline | null): SeriesPolicy[] {
  const historyOf = (name: string) => baseline?.histories[name] ?? null;
  switch (metric) {
    case 'errors':
      return [{ name: ERRORS, harms: ERROR_HARMS, history: historyOf(ERRORS), badRate: BAD_RATE }];
    case 'latency':
      return latenciesOf(baseline).map((latencyMs) => {
        const name = slowerThan(latencyMs);
        return { name, harms: LATENCY_HARMS, history: historyOf(name), badRate: null };
      });
  }
}

export function latenciesOf(baseline: Baseline | null): readonly number[] {
  return baseline?.latenciesMs ?? [];
}

/** What was not measured before the rollout. */
export function unmeasured({ metrics }: SequentialJudge, baseline: Baseline | null): JudgedMetric[] {
  return metrics.filter(({ metric }) => seriesOf(metric, baseline).length === 0);
}

export const UNMEASURED = 'latency of the stable version was not measured in the hour before';
