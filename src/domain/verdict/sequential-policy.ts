/** The policy of a sequential judge, from the service's spec and the baseline that was measured before the rollout. */
import { durationMs } from '../duration.ts';
import type { JudgedMetric, SequentialJudge } from '../service/service-spec.ts';
import { type Baseline, ERRORS, slowerThan } from './baseline.ts';
import { type MetricPolicy, POLICY_DEFAULTS, type SequentialPolicy, type SeriesPolicy } from './policy.ts';
import { ERROR_HARMS, LATENCY_HARMS } from './ratios.ts';

/** The share of errors at which a version is bad whatever its history. */
const BAD_RATE = 0.2;

/** Without the metrics that were not measured before the rollout: there is nothing to compare the canary with. */
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
      return [{ count: 'errors', name: ERRORS, harms: ERROR_HARMS, history: historyOf(ERRORS), badRate: BAD_RATE }];
    case 'latency':
      return latenciesOf(baseline).map((latencyMs, place) => {
        const name = slowerThan(latencyMs);
        return { count: place, name, harms: LATENCY_HARMS, history: historyOf(name), badRate: null };
      });
  }
}

export function latenciesOf(baseline: Baseline | null): readonly number[] {
  return baseline?.latenciesMs ?? [];
}

/** The judge's metrics that were not measured before the rollout. */
export function unmeasured({ metrics }: SequentialJudge, baseline: Baseline | null): JudgedMetric[] {
  return metrics.filter(({ metric }) => seriesOf(metric, baseline).length === 0);
}

export const UNMEASURED = 'latency of the stable version was not measured in the hour before';
