/** Which periods of which metrics a judge asks for, given what is known about the rollout. */
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import type { Judge, ThresholdRule } from '../../domain/service/service-spec.ts';
import type { LatencyQuery, MetricsQuery, PeriodRange } from '../../ports/metrics.ts';

export interface Look {
  readonly deployment: Deployment;
  /** The canary's periods: from the first whole one after the opening to the last closed one. */
  readonly range: PeriodRange;
  /** Stable's periods before the rollout, for a judge that needs a baseline and has none yet; null otherwise. */
  readonly history: PeriodRange | null;
  readonly query: Omit<MetricsQuery, keyof PeriodRange | 'latenciesMs'>;
}

/** Null for the judge alarms-only, after the end, before there are two versions, and before the first period has closed. */
export function lookAt(deployment: Deployment, now: number): Look | null {
  const { id, spec, stable, canary, openedAt, baseline } = deployment;
  const { judge, target } = spec;
  if (!isInFlight(deployment) || judge.kind === 'alarms-only' || stable === null || canary === null) return null;
  const periodSeconds = judge.kind === 'mann-whitney' ? 60 : judge.periodSeconds;
  const periodMs = periodSeconds * 1_000;
  const to = Math.floor(now / periodMs) * periodMs;
  const opened = Math.ceil(evidenceFrom(deployment) / periodMs) * periodMs;
  const from = judge.kind === 'threshold' ? Math.max(to - judge.ofLastPeriods * periodMs, opened) : opened;
  if (from >= to) return null;
  // The period in which the deployment was opened belongs neither to the rollout nor to the history.
  const before = Math.floor(openedAt / periodMs) * periodMs;
  const isFirst = judge.kind === 'sequential' && baseline === null;
  return {
    deployment,
    range: { from, to, periodSeconds },
    history: isFirst ? { from: before - HISTORY_MS, to: before, periodSeconds } : null,
    query: { id, target, stable, canary, metrics: metricsOf(judge) },
  };
}

/** From the opening on. If another tool moved the target, from the repair on: before it the split was another. */
export function evidenceFrom({ openedAt, progress }: Deployment): number {
  return Math.max(openedAt, progress.evidenceFrom ?? openedAt);
}

/** An hour, which a history needs, and ten minutes more because minutes without calls do not count. */
const HISTORY_MS = 70 * 60_000;

/** Null when the judge has no metric latency, or when the history is not read. */
export function latencyQuery({ deployment: { spec }, history, query }: Look): LatencyQuery | null {
  const { judge } = spec;
  const asks = judge.kind === 'sequential' && judge.metrics.some(({ metric }) => metric === 'latency');
  if (history === null || !asks) return null;
  const { id, target, stable } = query;
  const { to, periodSeconds } = history;
  return { id, target, stable, from: to - LATENCY_PERIODS * periodSeconds * 1_000, to, periodSeconds };
}

/** An hour with periods of 60 s, ten minutes with periods of 10 s: enough for a median of each percentile. */
const LATENCY_PERIODS = 60;

export function metricsQuery({ range, history, query }: Look, latenciesMs: readonly number[]): MetricsQuery {
  const from = history?.from ?? range.from;
  return { ...query, ...range, from, ...(latenciesMs.length > 0 && { latenciesMs }) };
}

function metricsOf(judge: Exclude<Judge, { kind: 'alarms-only' }>): ThresholdRule['metric'][] {
  switch (judge.kind) {
    case 'threshold':
      return [...new Set(judge.rules.map(({ metric }) => metric))];
    case 'sequential':
      return ['errorRatePercent'];
    case 'mann-whitney':
      return [...new Set(judge.metrics)];
  }
}
