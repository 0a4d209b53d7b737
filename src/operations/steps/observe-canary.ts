/**
 * Reads what a judgement of one or of many rollouts rests on, in as few calls as the ports allow. What cannot be read leaves
 * the rest: a canary whose metrics are throttled still has its alarms.
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

/** With the moment at which each alarm changed its state. */
export interface ObservedCanary extends Observation {
  readonly alarms: readonly AlarmReading[];
  /** That of the deployment; or, at the first look, the one that its rows were read by, which is to be kept. */
  readonly baseline: Baseline | null;
  readonly missingAlarms: readonly string[];
}

export interface ObserveCanaryPorts {
  readonly alarms: Alarms;
  readonly metrics: Metrics;
}

export interface ObservedCanaries {
  /** By deployment id; without what could not be read. */
  readonly observations: ReadonlyMap<string, ObservedCanary>;
  /** Why something could not be read. */
  readonly failures: readonly unknown[];
}

/** An alarm that was red before the deployment (a hotfix), and still is, is left out of its observation. */
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
  // Without an answer no alarm is missing: it is only not known.
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

/** Of rollouts whose baseline is known or not needed. */
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

/** Of rollouts that are looked at for the first time: what stable did before comes with the rows since then. */
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
  return { rows: since, baseline: baselineOf({ latenciesMs, rows: before }), until: range.to };
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

/** Undefined where the alarms could not be read. */
type AlarmsByName = ReadonlyMap<string, AlarmReading>;
