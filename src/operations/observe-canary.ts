/** Reads what a judgement of one or of many rollouts rests on, in as few calls as the ports allow. */
import type { Deployment } from '../domain/deployment.ts';
import type { AlarmReading } from '../domain/preflight.ts';
import type { Judge, ThresholdRule } from '../domain/service-spec.ts';
import type { PeriodRow } from '../domain/verdict/period-row.ts';
import type { Observation } from '../domain/verdict/verdict.ts';
import type { Metrics, MetricsQuery } from '../ports/metrics.ts';
import type { Alarms } from '../ports.ts';

/** With the moment at which each alarm changed its state. */
export interface ObservedCanary extends Observation {
  readonly alarms: readonly AlarmReading[];
}

export interface ObserveCanaryPorts {
  readonly alarms: Alarms;
  readonly metrics: Metrics;
}

/** By deployment id. An alarm that was red before the deployment (a hotfix) is left out of its observation. */
export async function observeCanaries(
  { alarms, metrics }: ObserveCanaryPorts,
  { deployments, now }: { readonly deployments: readonly Deployment[]; readonly now: number },
): Promise<ReadonlyMap<string, ObservedCanary>> {
  const names = [...new Set(deployments.flatMap(({ spec }) => spec.alarms))];
  const queries = deployments.flatMap((deployment) => queryFor(deployment, now));
  const [readings, rows] = await Promise.all([
    names.length === 0 ? [] : alarms.read(names),
    queries.length === 0 ? new Map<string, readonly PeriodRow[]>() : metrics.read(queries),
  ]);
  const readingsByName = new Map(readings.map((reading) => [reading.name, reading]));
  return new Map(deployments.map((deployment) => [deployment.id, observationOf(deployment, { readingsByName, rows })]));
}

interface Read {
  readonly readingsByName: ReadonlyMap<string, AlarmReading>;
  readonly rows: ReadonlyMap<string, readonly PeriodRow[]>;
}

function observationOf(
  { id, spec, ignoredAlarms, openedAt }: Deployment,
  { readingsByName, rows }: Read,
): ObservedCanary {
  const counted = spec.alarms.filter((name) => !ignoredAlarms.includes(name));
  const all = rows.get(id) ?? [];
  return {
    judge: spec.judge,
    rows: all.filter(({ startsAt }) => startsAt >= openedAt),
    before: all.filter(({ startsAt }) => startsAt < openedAt),
    alarms: counted.flatMap((name) => readingsByName.get(name) ?? []),
  };
}

/** The closed periods that the judge looks at; nothing for alarms-only, or before the first period has closed. */
function queryFor({ id, spec, stable, canary, openedAt }: Deployment, now: number): MetricsQuery[] {
  const { judge, target } = spec;
  if (judge.kind === 'alarms-only' || stable === null || canary === null) return [];
  const periodSeconds = judge.kind === 'threshold' ? judge.periodSeconds : 60;
  const periodMs = periodSeconds * 1_000;
  const to = Math.floor(now / periodMs) * periodMs;
  const from = firstPeriod(judge, { to, opened: Math.ceil(openedAt / periodMs) * periodMs });
  return from < to ? [{ id, target, stable, canary, from, to, periodSeconds, metrics: metricsOf(judge) }] : [];
}

const HISTORY_MS = 60 * 60_000;

/** None from before the deployment, but for the judge that learns there how much the stable version varies. */
function firstPeriod(judge: JudgeOfMetrics, { to, opened }: { readonly to: number; readonly opened: number }): number {
  switch (judge.kind) {
    case 'threshold':
      return Math.max(to - judge.ofLastPeriods * judge.periodSeconds * 1_000, opened);
    case 'sequential':
      return to > opened ? opened - HISTORY_MS : to;
    case 'mann-whitney':
      return opened;
  }
}

type JudgeOfMetrics = Exclude<Judge, { kind: 'alarms-only' }>;

function metricsOf(judge: JudgeOfMetrics): ThresholdRule['metric'][] {
  switch (judge.kind) {
    case 'threshold':
      return [...new Set(judge.rules.map(({ metric }) => metric))];
    case 'sequential':
      return ['errorRatePercent'];
    case 'mann-whitney':
      return [...new Set(judge.metrics)];
  }
}
