/** Reads what a judgement of one or of many rollouts rests on, in as few calls as the ports allow. */
import type { Deployment } from '../domain/deployment.ts';
import type { AlarmReading } from '../domain/preflight.ts';
import type { PeriodRow } from '../domain/verdict/period-row.ts';
import type { Observation } from '../domain/verdict/verdict.ts';
import type { Alarms, Metrics, MetricsQuery } from '../ports.ts';

export interface ObserveCanaryPorts {
  readonly alarms: Alarms;
  readonly metrics: Metrics;
}

/** By deployment id. An alarm that was red before the deployment (a hotfix) is left out of its observation. */
export async function observeCanaries(
  { alarms, metrics }: ObserveCanaryPorts,
  { deployments, now }: { readonly deployments: readonly Deployment[]; readonly now: number },
): Promise<ReadonlyMap<string, Observation>> {
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

function observationOf({ id, spec, ignoredAlarms }: Deployment, { readingsByName, rows }: Read): Observation {
  const counted = spec.alarms.filter((name) => !ignoredAlarms.includes(name));
  return {
    judge: spec.judge,
    rows: rows.get(id) ?? [],
    alarms: counted.flatMap((name) => readingsByName.get(name) ?? []),
  };
}

/** The last closed periods that the judge looks at, and none from before the deployment; nothing for alarms-only. */
function queryFor({ id, spec, stable, canary, openedAt }: Deployment, now: number): MetricsQuery[] {
  const { judge, target } = spec;
  if (judge.kind !== 'threshold' || stable === null || canary === null) return [];
  const periodMs = judge.periodSeconds * 1_000;
  const to = Math.floor(now / periodMs) * periodMs;
  const from = Math.max(to - judge.ofLastPeriods * periodMs, Math.ceil(openedAt / periodMs) * periodMs);
  return from < to
    ? [
        {
          id,
          target,
          stable,
          canary,
          from,
          to,
          periodSeconds: judge.periodSeconds,
          metrics: [...new Set(judge.rules.map(({ metric }) => metric))],
        },
      ]
    : [];
}
