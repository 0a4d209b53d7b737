/**
 * What exists before a rehearsed rollout begins: an installation with the modelled service, its live version, its
 * calls, its alarms and its hooks. The time of day and a shared outage are drawn here.
 */
import { SlipwayError } from '../domain/errors.ts';
import type { KubernetesTarget, ServiceSpec } from '../domain/service/service-spec.ts';
import { bakesMs, planSteps } from '../domain/service/strategy.ts';
import { onAlias, onCluster } from '../domain/service/target.ts';
import { type Installation, simulatedInstallation } from '../simulation/installation.ts';
import { setWorkload } from '../simulation/played-target.ts';
import { bringFirstVersion } from '../simulation/scene.ts';
import { describedAlarm } from '../twin/alarms/described-alarm.ts';
import type { FaultSource } from '../twin/cloud/fault-plan.ts';
import type { PostWebhook } from '../twin/cloud/hooks.ts';
import { calledAs } from '../twin/cloud/workload-calls.ts';
import { type Random, seededRandom } from '../twin/random.ts';
import { type VirtualScheduler, virtualScheduler } from '../twin/scheduler.ts';
import { tickers } from '../twin/workflow/listeners.ts';
import type { AlarmDefinition, Behaviour, Load } from '../twin/world/world.ts';
import { metricsCounter } from './metrics-counter.ts';
import { functionGb } from './model/function-memory.ts';
import { errorPercents } from './model/harm-of-calls.ts';
import type { Used } from './model/price-list.ts';
import type { ServiceModel } from './model/service-model.ts';
import { type RehearsalScenario, type Setting, USUAL_SETTING } from './rehearsal-result.ts';

export interface StageOrder {
  readonly spec: ServiceSpec;
  readonly model: ServiceModel;
  readonly scenario: RehearsalScenario;
  readonly seed: string;
  /** When left out, `USUAL_SETTING`. */
  readonly setting?: Setting | undefined;
}

export interface Stage {
  readonly scheduler: VirtualScheduler;
  readonly installation: Installation;
  /** The invocations of functions so far, without those of the clock, and the series that CloudWatch was asked for. */
  readonly count: Pick<Used, 'invocations' | 'invocationsGb' | 'metricsRead'>;
}

export const STABLE_IMAGE = 'stable:1';
export const CANARY_IMAGE = 'canary:2';

const MIDNIGHT = Date.UTC(2026, 0, 5);
const MINUTE_MS = 60_000;
const MINUTES_A_DAY = 1_440;
/** Longer than pods take to start. */
const FIRST_VERSION_MS = 60_000;
/** A service is not deployed before its alarm has seen calls: under `npm start` that takes a period of ten seconds. */
export const FIRST_CALLS_MS = 20_000;
const QUIET_WITHIN_MS = 60 * MINUTE_MS;
const LATENCY_MAX_MS = 150;
/** The longest timeout of Lambda: the latency of the model has no other limit. */
const TIMEOUT_MS = 900_000;
const CONCURRENCY = 1_000_000;
const ALARM_PERIOD_SECONDS = 60;
/** How long the figures of a period take in virtual time: see src/twin/cloud/account.ts. */
export const METRICS_DELAY_SECONDS = 2;
const HOOK_IMAGE = 'hook';
export const MANIFESTS_FOR_A_FOLDER = { port: 8_080, replicas: 3, environment: {}, secrets: [] };

/** Resolves at the drawn moment at which the rollout may be requested. */
export async function setStage(given: StageOrder): Promise<Stage> {
  const order = { ...given, spec: playable(given.spec) };
  const { spec, model, setting = USUAL_SETTING } = order;
  const random = seededRandom(order.seed);
  const minute = MIDNIGHT + random.integer(MINUTES_A_DAY) * MINUTE_MS;
  const asksAt = minute + random.integer(MINUTE_MS);
  const startAt = onCluster(spec.target) === null ? minute : minute - FIRST_VERSION_MS;
  const scheduler = virtualScheduler({ startAt });
  const { installation, count } = install(order, { scheduler, random });
  const { cloud, ledger } = installation;
  await raise(installation, { spec, scheduler, until: minute });
  cloud.setLoad({
    ...calledAs(spec.target),
    requestsPerSecond: model.requestsPerSecond,
    swingPercent: model.swingPercent,
    outages: drawOutages(order, { random: random.fork('outage'), from: asksAt }),
    since: asksAt - Math.max(setting.historyMinutes * MINUTE_MS, FIRST_CALLS_MS),
  });
  for (const name of spec.alarms) cloud.alarms.putAlarm(alarmFor(name, order), 'OK');
  await ledger.services.write({ spec, by: 'rehearsal', at: startAt });
  await scheduler.advanceTo(asksAt);
  await untilQuiet(installation, scheduler);
  return { scheduler, installation, count };
}

/** A person does not begin a rollout while an alarm is red. An alarm that stays red is reported by the preflight. */
async function untilQuiet({ cloud }: Installation, scheduler: VirtualScheduler): Promise<void> {
  const isRed = () => cloud.alarms.list().some(({ state }) => state === 'ALARM');
  for (let waited = 0; isRed() && waited < QUIET_WITHIN_MS; waited += MINUTE_MS)
    await scheduler.advanceTo(scheduler.now() + MINUTE_MS);
}

/** A folder's content is known only in the container that has the folder. Here Slipway's own manifests replace it. */
function playable(spec: ServiceSpec): ServiceSpec {
  const target = onCluster(spec.target);
  if (target === null || !('folder' in target.manifests)) return spec;
  return { ...spec, target: { ...target, manifests: MANIFESTS_FOR_A_FOLDER } };
}

/** The outage begins during the bakes, so that the rollout is affected. */
function drawOutages(
  { spec, model: { outage }, scenario }: StageOrder,
  { random, from }: { readonly random: Random; readonly from: number },
): Load['outages'] {
  if (scenario.outage === 'drawn' && !random.chance(outage.percentOfRollouts / 100)) return [];
  const at = from + random.integer(bakesMs(planSteps(spec.strategy)) + 1);
  return [{ from: at, until: at + outage.minutes * MINUTE_MS, errorFactor: outage.errorFactor }];
}

function install(
  { spec, model, scenario, setting = USUAL_SETTING }: StageOrder,
  { scheduler, random }: { readonly scheduler: VirtualScheduler; readonly random: Random },
): Pick<Stage, 'installation' | 'count'> {
  const count = { invocations: 0, invocationsGb: 0, metricsRead: 0 };
  const counted = metricsCounter((series) => {
    count.metricsRead += series;
  });
  const installation = simulatedInstallation({
    scheduler,
    random,
    faults: { ledger: NO_FAULTS, outside: NO_FAULTS, cluster: NO_FAULTS },
    latencyMaxMs: LATENCY_MAX_MS,
    lookEveryMs: setting.lookSeconds * 1_000,
    tamper: (ports) => ({ ...ports, metrics: counted(ports.metrics) }),
    onInvoke({ functionKey }) {
      if (isTicker(functionKey)) return;
      count.invocations += 1;
      count.invocationsGb += functionGb(functionKey);
    },
    cloud: {
      behaviours: behavioursOf({ model, scenario }),
      webhooks: answersAll,
    },
  });
  for (const name of hookFunctions(spec))
    installation.cloud.addFunction({ name, alias: 'live', artifact: { image: HOOK_IMAGE } });
  return { installation, count };
}

function behavioursOf({
  model,
  scenario: { harm },
}: Pick<StageOrder, 'model' | 'scenario'>): Record<string, Behaviour> {
  const { medianMs, p99Ms, coldStartMs, noisePercent } = model;
  const { stable, canary } = errorPercents(model, harm);
  return {
    stable: { errorPercent: stable, medianMs, p99Ms, coldStartMs, noisePercent },
    canary: {
      errorPercent: canary,
      medianMs: medianMs * harm.latencyFactor,
      p99Ms: p99Ms * harm.latencyFactor,
      coldStartMs,
      noisePercent,
    },
    [HOOK_IMAGE]: { errorPercent: 0, medianMs: 20, p99Ms: 50, answer: { passed: true } },
  };
}

/** Brings the live version, and on a cluster its pods. */
async function raise(installation: Installation, order: RaiseOrder): Promise<void> {
  const { target } = order.spec;
  const workload = onCluster(target);
  if (workload !== null) return raiseWorkload(installation, { ...order, target: workload });
  const { functionName: name, alias } = calledAs(target);
  installation.cloud.addFunction({
    name,
    alias,
    artifact: { image: STABLE_IMAGE },
    timeoutMs: TIMEOUT_MS,
    concurrency: CONCURRENCY,
  });
}

interface RaiseOrder {
  readonly spec: ServiceSpec;
  readonly scheduler: VirtualScheduler;
  readonly until: number;
}

async function raiseWorkload(
  { cloud }: Installation,
  { spec, target, scheduler, until }: RaiseOrder & { readonly target: KubernetesTarget },
): Promise<void> {
  cloud.lambda.putFunction({ name: calledAs(target).functionName, timeoutMs: TIMEOUT_MS });
  setWorkload(cloud, target);
  const { cluster, pause } = cloud.ports;
  void bringFirstVersion({ cluster, pause, clock: scheduler }, { spec, image: STABLE_IMAGE });
  await scheduler.advanceTo(until);
  if (cloud.workloads.shares(target).size > 0) return;
  const next = 'Look at its manifests and at the quota of its namespace.';
  throw new SlipwayError(
    'Broken',
    `The first version of ${target.workload} does not come up in the rehearsal. ${next}`,
  );
}

/** The percentage of the requests above which the rehearsed alarms turn red. */
export function alarmPercent({ errorPercent }: Pick<ServiceModel, 'errorPercent'>): number {
  return Math.max(2, 4 * errorPercent);
}

function alarmFor(name: string, { spec, model }: StageOrder): AlarmDefinition {
  const { target, describedAlarms = [] } = spec;
  const described = describedAlarms.find((alarm) => alarm.name === name);
  const alias = onAlias(target);
  if (described !== undefined && alias !== null) return describedAlarm(described, alias);
  const called = calledAs(target);
  return {
    name,
    metric: 'ErrorRate',
    dimensions: { FunctionName: called.functionName, Resource: `${called.functionName}:${called.alias}` },
    periodSeconds: ALARM_PERIOD_SECONDS,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: alarmPercent(model),
    comparison: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
  };
}

function hookFunctions({ hooks: { beforeTraffic, afterTraffic } }: ServiceSpec): string[] {
  const named = [...beforeTraffic, ...afterTraffic].flatMap((hook) => ('function' in hook ? [hook.function] : []));
  return [...new Set(named.map((name) => name.replace(/:.*$/, '')))];
}

const answersAll: PostWebhook = async () => ({ status: 200, text: '' });

const NO_FAULTS: FaultSource = { wrap: (port) => port, injected: () => [] };

function isTicker(functionKey: string): boolean {
  return Object.hasOwn(tickers, functionKey);
}
