/**
 * Reads what the verdict on one or many rollouts rests on, in as few calls as the ports allow. A part that cannot be read does
 * not affect the others: a canary whose metrics are throttled still has its alarms.
 */

import type { AlarmReading } from '../../domain/alarms/alarm-reading.ts';
import { countedAlarms, type Deployment } from '../../domain/deployment/deployment.ts';
import { isFromBefore } from '../../domain/remediation/leftover-alarms.ts';
import { type Baseline, baselineOf, latencyThresholds } from '../../domain/verdict/baseline.ts';
import type { PeriodRow } from '../../domain/verdict/period-row.ts';
import type { Observation } from '../../domain/verdict/verdict.ts';
import type { Alarms } from '../../ports/alarms.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { type Look, latencyQuery, lookAt, metricsQuery } from './look-at-metrics.ts';
import { readAlarms } from './read-alarms.ts';

/** An observation whose alarms have the moment of their last change of state. */
export interface ObservedCanary extends Observation {
  readonly alarms: readonly AlarmReading[];
  /** The deployment's baseline; at the first look, the one by which the rows were read and which the caller stores. */
  readonly baseline: Baseline | null;
  readonly missingAlarms: readonly string[];
}

export interface ObserveCanaryPorts {
  readonly alarms: Alarms;
  readonly metrics: Metrics;
}

export interface ObservedCanaries {
  /** By deployment id; a part that could not be read is empty. */
  readonly observations: ReadonlyMap<string, ObservedCanary>;
  /** The errors of the reads that failed. */
  readonly failures: readonly unknown[];
}

/** If an alarm was red before the deployment, which is a hotfix, and still is, the observation leaves the alarm out. */
export async function observeCanaries(
  { alarms, metrics }: ObserveCanaryPorts,
  { deployments, now }: { readonly deployments: readonly Deployment[]; readonly now: number },
): Promise<ObservedCanaries> {
  const looks = deployments.flatMap((deployment) => lookAt(deployment, now) ?? []);
  const read = await Promise.allSettled([
    readNamed(alarms, deployments),
    readSince(
      metrics,
      looks.filter(({ history }) => history === null),
    ),
    readFirst(
      metrics,
      looks.filter(({ history }) => history !== null),
    ),
  ]);
  const [readings, since, first] = read;
  const known = readOrNothing(readings);
  // Without an answer the alarms are unknown, and not missing.
  const byName = known && new Map(known.map((reading) => [reading.name, reading]));
  const measured = new Map([...(readOrNothing(since) ?? []), ...(readOrNothing(first) ?? [])]);
  return {
    observations: new Map(
      deployments.map((deployment) => [deployment.id, observationOf(deployment, { byName, measured })]),
    ),
    failures: read.flatMap((each) => (each.status === 'rejected' ? [each.reason] : [])),
  };
}

function readOrNothing<T>(settled: PromiseSettledResult<T>): T | undefined {
  return settled.status === 'fulfilled' ? settled.value : undefined;
}

async function readNamed(alarms: Alarms, deployments: readonly Deployment[]): Promise<readonly AlarmReading[]> {
  const names = [...new Set(deployments.flatMap(({ spec }) => spec.alarms))];
  return (await readAlarms(alarms, names)).alarms;
}

/** By deployment id. */
type Measured = ReadonlyMap<string, Pick<ObservedCanary, 'rows' | 'baseline'> & { readonly until: number }>;

/** Reads rollouts whose baseline is known or not needed. */
async function readSince(metrics: Metrics, looks: readonly Look[]): Promise<Measured> {
  if (looks.length === 0) return new Map();
  const rows = await metrics.read(looks.map((look) => metricsQuery(look, look.deployment.baseline?.latenciesMs ?? [])));
  return new Map(
    looks.map(({ deployment: { id, baseline }, range }) => [
      id,
      { rows: rows.get(id) ?? [], baseline, until: range.to },
    ]),
  );
}

/** Reads rollouts at their first look: the hour before the rollout together with the rows since. */
async function readFirst(metrics: Metrics, looks: readonly Look[]): Promise<Measured> {
  if (looks.length === 0) return new Map();
  const asked = looks.flatMap((look) => latencyQuery(look) ?? []);
  const latencies = asked.length === 0 ? new Map<string, readonly number[]>() : await metrics.readLatencies(asked);
  const thresholds = new Map([...latencies].map(([id, measuredMs]) => [id, latencyThresholds(measuredMs)]));
  const latenciesOf = (id: string) => thresholds.get(id) ?? [];
  const rows = await metrics.read(looks.map((look) => metricsQuery(look, latenciesOf(look.query.id))));
  return new Map(
    looks.map((look) => [
      look.query.id,
      firstObservation(look, { rows: rows.get(look.query.id) ?? [], latenciesMs: latenciesOf(look.query.id) }),
    ]),
  );
}

function firstObservation(
  { range, history }: Look,
  { rows, latenciesMs }: { readonly rows: readonly PeriodRow[]; readonly latenciesMs: readonly number[] },
) {
  const before = rows.filter(({ startsAt }) => history !== null && startsAt < history.to);
  const since = rows.filter(({ startsAt }) => startsAt >= range.from);
  return {
    rows: since,
    baseline: baselineOf({ latenciesMs, rows: before, periodSeconds: range.periodSeconds }),
    until: range.to,
  };
}

function observationOf(
  deployment: Deployment,
  { byName, measured }: { readonly byName: AlarmsByName | undefined; readonly measured: Measured },
): ObservedCanary {
  const { id, spec, ignoredAlarms, baseline } = deployment;
  const counted = countedAlarms(deployment);
  const found = counted.flatMap((name) => byName?.get(name) ?? []);
  const before = found.filter((reading) => isFromBefore(deployment, reading));
  return {
    judge: spec.judge,
    rows: [],
    baseline,
    ...measured.get(id),
    alarms: found.filter((reading) => !before.includes(reading)),
    missingAlarms: byName === undefined ? [] : counted.filter((name) => !byName.has(name)),
    ignoredAlarms: spec.alarms.filter(
      (name) => ignoredAlarms.includes(name) || before.some((reading) => reading.name === name),
    ),
    ...(byName === undefined && { alarmsUnread: true }),
  };
}

/** Undefined when the alarms could not be read. */
type AlarmsByName = ReadonlyMap<string, AlarmReading>;
