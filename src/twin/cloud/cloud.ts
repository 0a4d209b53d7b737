/**
 * The rehearsal cloud: Slipway's ports over a rehearsed account, and the handles that tests, the simulation and `npm
 * start` use to set the scene. It has no clock and no randomness of its own.
 */

import { OWNER_TAG } from '../../domain/lambda/owner-tag.ts';
import type { ClockAndRandomness } from '../../domain/persistently.ts';
import type { KubernetesTarget } from '../../domain/service/service-spec.ts';
import type { Alarms } from '../../ports/alarms.ts';
import type { Artifacts } from '../../ports/artifacts.ts';
import type { Callers } from '../../ports/callers.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { Clusters } from '../../ports/clusters.ts';
import type { Deliveries } from '../../ports/deliveries.ts';
import type { Hooks } from '../../ports/hooks.ts';
import type { Measures } from '../../ports/measures.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Owners } from '../../ports/owners.ts';
import type { Patience } from '../../ports/patience.ts';
import type { Pause } from '../../ports/pause.ts';
import type { Pipelines } from '../../ports/pipelines.ts';
import type { Publisher } from '../../ports/publisher.ts';
import type { Traffic } from '../../ports/traffic.ts';
import type { Versions } from '../../ports/versions.ts';
import { ACCOUNT, REGION } from '../events/bus-event.ts';
import { type RehearsedPipelines, rehearsedPipelines } from '../events/pipelines.ts';
import { type RehearsedPublisher, rehearsedPublisher } from '../events/publisher.ts';
import { rehearsedCallers } from '../lambda/callers.ts';
import { CONTROL_PLANE_LIMITS, type ControlPlaneLimits, limitedControlPlane } from '../lambda/control-plane.ts';
import { type TokenBucket, tokenBucket } from '../lambda/token-bucket.ts';
import { rehearsedTraffic } from '../lambda/traffic.ts';
import { rehearsedVersions } from '../lambda/versions.ts';
import { type KeptMeasures, keptMeasures } from '../measures/kept-measures.ts';
import type { Random } from '../random.ts';
import { patience, type Scheduler, sleep } from '../scheduler.ts';
import type { Load } from '../world/world.ts';
import { type Account, type CloudOrder, rehearsedAccount } from './account.ts';
import { rehearsedArtifacts } from './artifacts.ts';
import type { NewFunction } from './first-version.ts';
import { handlerScene } from './handler-scene.ts';
import { rehearsedHooks, webhookTable } from './hooks.ts';
import { rehearsedMetrics } from './metrics.ts';
import { addTrigger, type NewTrigger, setLoad, setTriggers, type TriggersOrder } from './trigger-loads.ts';

export interface CloudPorts {
  readonly traffic: Traffic;
  readonly versions: Versions;
  readonly owners: Owners;
  readonly callers: Callers;
  readonly alarms: Alarms;
  readonly artifacts: Artifacts;
  readonly metrics: Metrics;
  readonly hooks: Hooks;
  readonly publisher: Publisher;
  readonly measures: Measures;
  readonly cluster: Cluster;
  readonly clusters: Clusters;
  readonly pause: Pause;
  readonly patience: Patience;
  readonly pipelines: Pipelines;
  readonly deliveries: Deliveries;
}

export type RehearsalCloud = ReturnType<typeof rehearsalCloud>;

export function rehearsalCloud(order: CloudOrder) {
  const account = rehearsedAccount(order);
  const { lambda, alarms, bus, dataPlane, history, load, measured, cluster, calls, records } = account;
  const { noticesFile: file, onMessage: hear } = order;
  const publisher = rehearsedPublisher({ file, hear, send: (event) => bus.send(event, 'slipway') });
  const measures = keptMeasures();
  const pipelines = rehearsedPipelines({ ...order, random: order.random.fork('pipelines'), send: bus.putEvent });
  const bucket = tokenBucket({ ...order, random: order.random.fork('others'), limits: limitsOf(order) });
  return {
    ports: portsOver(account, { order, publisher, pipelines, measures, bucket }),
    pipelines,
    lambda,
    alarms,
    bus,
    invoke: dataPlane.invoke,
    /** The cluster behind all Kubernetes targets, whatever name a target gives it. */
    cluster,
    /** The calls and the records of workloads. */
    workloads: {
      watch(target: KubernetesTarget): void {
        calls.watch(target);
        records.watch(target);
      },
      shares: calls.shares,
      record: records.record,
      /** Every change of a record, oldest first. */
      history: records.list,
    },
    addFunction: (wanted: NewFunction) => addFunction(account, wanted),
    ...handlerScene(account, { setLoad: (wanted) => setLoad(account, wanted) }),
    setLoad: (wanted: Load) => setLoad(account, wanted),
    addTrigger: (wanted: NewTrigger) => addTrigger(account, wanted),
    /** Replaces the triggers of the function and of this alias. Aliases of other services keep theirs. */
    setTriggers: (wanted: TriggersOrder) => setTriggers(account, wanted),
    loads: (): readonly Load[] => Object.values(account.world.loads),
    /** Every change of a split, oldest first. */
    history: history.list,
    /** Every control plane call that was throttled, oldest first. */
    throttled: bucket.refused,
    /** What each version of the function did since this process started. */
    totals(functionName: string) {
      load.flush();
      return measured.totals(functionName);
    },
    /** The messages that Slipway published, oldest first. */
    delivered: publisher.delivered,
    /** What Slipway measured about its own work since this process started, oldest first. */
    measurements: measures.list,
    async close(): Promise<void> {
      bus.close();
      alarms.close();
      load.close();
      cluster.close();
      await dataPlane.close();
    },
  };
}

interface PortsOrder {
  readonly order: CloudOrder;
  readonly publisher: RehearsedPublisher;
  readonly pipelines: RehearsedPipelines;
  readonly measures: KeptMeasures;
  readonly bucket: TokenBucket;
}

function limitsOf({ controlPlane }: CloudOrder): ControlPlaneLimits {
  return { ...CONTROL_PLANE_LIMITS, ...controlPlane };
}

/** Every wait lasts one millisecond longer than asked. In virtual time a wait of 0 ms would never advance the clock. */
function timeOf(scheduler: Scheduler, random: Random): ClockAndRandomness {
  return { now: scheduler.now, sleep: (ms) => sleep(scheduler, 1 + ms), uniform: random.uniform };
}

function portsOver(
  { lambda, alarms, dataPlane, measured, load, metricsDelayMs, code, cluster }: Account,
  { order, publisher, pipelines, measures, bucket }: PortsOrder,
): CloudPorts {
  const { scheduler, random } = order;
  const controlPlane = limitedControlPlane(lambda, {
    scheduler,
    random: random.fork('control plane'),
    limits: limitsOf(order),
    spend: bucket.spend,
  });
  const post = order.webhooks ?? webhookTable({});
  return {
    traffic: rehearsedTraffic(controlPlane, timeOf(scheduler, random.fork('way back'))),
    versions: rehearsedVersions(controlPlane, (artifact, name) => code.put(artifact, code.sourceOf(name))),
    owners: {
      read: async ({ function: name }) => controlPlane.listTags(name)[OWNER_TAG] ?? null,
      tags: async (name) => controlPlane.listTags(name),
      arnOf: async ({ function: name }) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
    },
    callers: rehearsedCallers(controlPlane, {
      clock: scheduler,
      measured,
      catchUp: load.catchUp,
      delayMs: metricsDelayMs,
    }),
    alarms: alarms.port,
    artifacts: rehearsedArtifacts(code, order),
    metrics: rehearsedMetrics({ clock: scheduler, measured, catchUp: load.catchUp, delayMs: metricsDelayMs }),
    hooks: rehearsedHooks({ dataPlane, post }),
    publisher,
    measures,
    cluster: cluster.port,
    clusters: cluster.clusters,
    pause: { sleep: (ms) => sleep(scheduler, ms) },
    patience: patience(scheduler),
    pipelines: pipelines.port,
    deliveries: pipelines.deliveries,
  };
}

/**
 * Adds a modelled function with an alias on its first version, and returns that version. Repeatable: an existing alias
 * stays.
 */
function addFunction({ lambda, code }: Account, { alias, artifact, ...settings }: NewFunction): string {
  lambda.putFunction(settings);
  const known = lambda.getFunction(settings.name).aliases[alias];
  if (known) return known.functionVersion;
  const { version } = lambda.publishVersion({ functionName: settings.name, code: code.modelled(artifact) });
  lambda.putAlias({ functionName: settings.name, alias, functionVersion: version });
  return version;
}
