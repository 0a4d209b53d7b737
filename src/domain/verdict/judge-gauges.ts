/** The judge `mann-whitney` over the rows of a rollout: one gauge for each metric, canary and stable in the same periods. */
import type { Judge, ThresholdRule } from '../service/service-spec.ts';
import { judgeMannWhitney, KAYENTA_RULE } from './mann-whitney.ts';
import type { PeriodRow } from './period-row.ts';
import { metricValue } from './threshold.ts';
import type { Evidence, Verdict } from './verdict.ts';

type GaugeJudge = Extract<Judge, { kind: 'mann-whitney' }>;

/**
 * Callers ask once, at the end of a bake: the error of this judge grows with asking. Any metric that is worse makes the canary
 * unhealthy; otherwise any inconclusive metric makes the verdict inconclusive.
 */
export function judgeGauges({ metrics }: GaugeJudge, rows: readonly PeriodRow[]): Verdict {
  const judged = metrics.map((metric) => judgeGauge(metric, rows));
  const evidence = judged.map((each) => each.evidence);
  const failed = judged.find((each) => each.evidence.outcome === 'fail');
  if (failed) return { kind: 'unhealthy', because: failed.because, evidence };
  const unsure = judged.find((each) => each.evidence.outcome === 'inconclusive');
  if (unsure) return { kind: 'inconclusive', because: unsure.because, evidence };
  return { kind: 'healthy', because: judged.map(({ because }) => because).join('; '), evidence };
}

function judgeGauge(
  metric: ThresholdRule['metric'],
  rows: readonly PeriodRow[],
): { readonly because: string; readonly evidence: Evidence } {
  const periods = rows
    .toSorted((one, other) => one.startsAt - other.startsAt)
    .flatMap(({ startsAt, canary, stable }) => {
      const [value, beside] = [metricValue(metric, canary), metricValue(metric, stable)];
      return value === null || beside === null ? [] : [{ startsAt, canary: value, stable: beside }];
    });
  const { outcome, because } = judgeMannWhitney(KAYENTA_RULE, periods);
  return {
    because: `${metric}: ${because}`,
    evidence: { rule: `${metric} not higher than stable's`, outcome, periods },
  };
}
