/** The judge of a candidate, made as the shipped one is, and what it is shown. */
import { durationMs } from '../../domain/duration.ts';
import type { SequentialJudge } from '../../domain/service-spec.ts';
import { historyOf } from '../../domain/verdict/burstiness.ts';
import { MINUTE_MS, type MinuteRow } from '../../domain/verdict/minute-row.ts';
import { POLICY_DEFAULTS, type SequentialPolicy } from '../../domain/verdict/policy.ts';
import { ERROR_HARMS, LATENCY_HARMS } from '../../domain/verdict/ratios.ts';
import type { SequentialState } from '../../domain/verdict/sequential.ts';
import { safetyEvidence } from '../../domain/verdict/series.ts';
import type { DrawnVersion } from '../model/draw-minutes.ts';

/** The hour before, as the judge would have read it. */
export function judgePolicy(judge: SequentialJudge, before: readonly DrawnVersion[]): SequentialPolicy {
  const { falseRollbackPercent, harmRatio, minimumRequests, warmUp } = judge;
  const seriesOf = { errors: ['errors'], latency: ['above T50', 'above T90', 'above T99'] };
  const metrics = judge.metrics.map(({ metric, weight, observedOnly }) => ({
    name: metric,
    weight,
    observedOnly,
    series: seriesOf[metric].map((name, index) => ({
      name,
      harms: metric === 'errors' ? ERROR_HARMS : LATENCY_HARMS,
      history: historyOf(
        before.map((drawn) => ({ requests: drawn.requests, count: countOf(drawn, { metric, index }) })),
      ),
      badRate: metric === 'errors' ? 0.2 : null,
    })),
  }));
  const warmUpMs = durationMs(warmUp);
  return { ...POLICY_DEFAULTS, alpha: falseRollbackPercent / 100, harmRatio, minimumRequests, warmUpMs, metrics };
}

function countOf(drawn: DrawnVersion, { metric, index }: { readonly metric: string; readonly index: number }): number {
  return metric === 'errors' ? drawn.errors : (drawn.slower[index] as number);
}

export interface DrawnMinute {
  readonly minute: number;
  readonly canary: DrawnVersion;
  readonly stable: DrawnVersion;
}

export function minuteRow({ metrics }: SequentialPolicy, { minute, canary, stable }: DrawnMinute): MinuteRow {
  const counted = (drawn: DrawnVersion) => ({
    requests: drawn.requests,
    counts: Object.fromEntries(
      metrics.flatMap(({ name: metric, series }) =>
        series.map(({ name }, index) => [name, countOf(drawn, { metric, index })]),
      ),
    ),
  });
  return { startsAt: minute * MINUTE_MS, periodSeconds: 60, canary: counted(canary), stable: counted(stable) };
}

/** Whether the judge could say that harm is ruled out, at a tenth of what its whole verdict costs. */
export function isSafe({ policy, series }: SequentialState): boolean {
  const limit = Math.log(1 / policy.beta);
  const judged = policy.metrics.flatMap((metric) => metric.series.map(() => !metric.observedOnly));
  return series.every((state, index) => !judged[index] || safetyEvidence(state, policy) >= limit);
}
