/** Builds what the checkers see of an installation, and writes to the trace what is new after each step. */

import type { Deployment } from '../domain/deployment/deployment.ts';
import type { TimelineEntry } from '../domain/deployment/timeline.ts';
import type { Target } from '../domain/service/service-spec.ts';
import { onAlias, onCluster } from '../domain/service/target.ts';
import { versionRef } from '../domain/workload/stored-version.ts';
import { countPods } from '../domain/workload/workload-health.ts';
import { podLabels } from '../domain/workload/workload-objects.ts';
import { NO_VERSION } from '../domain/workload/workload-record.ts';
import type { Clock } from '../ports/clock.ts';
import type { BusEvent } from '../twin/events/bus-event.ts';
import type { Api } from './api-requests.ts';
import type { AlarmTurn, CheckedWorld } from './checkers/checked-world.ts';
import type { HandLog } from './hand-log.ts';
import type { Installation } from './installation.ts';
import { ledCalls } from './led-calls.ts';
import type { Scenario } from './scenario.ts';

export interface WorldUnderCheck {
  readonly world: CheckedWorld;
  /** Reads what the last step has changed. */
  refresh(): void;
  /** Reads an event of AWS in the moment in which it is sent. */
  onEvent(event: BusEvent): void;
}

export interface WorldOrder {
  readonly installation: Installation;
  readonly scenario: Scenario;
  readonly clock: Clock;
  /** The number of faults that have struck so far. */
  readonly strikes: () => number;
  readonly api: Api;
  readonly clocksApartMs: number;
  readonly hands: HandLog;
  readonly lastDeployments: CheckedWorld['lastDeployments'];
  readonly ambush: (entry: TimelineEntry) => void;
  readonly say: (line: string) => void;
}

export function worldUnderCheck(order: WorldOrder): WorldUnderCheck {
  const { installation, scenario, clock, say } = order;
  const { ledger, workflows, moves } = installation;
  const view = ledger.view();
  const targets = new Map<string, Target>(scenario.services.map(({ name, target }) => [name, target]));
  const entries: TimelineEntry[] = [];
  const turnsRed: AlarmTurn[] = [];
  const { published, collectPublished } = publishedCollector(installation);
  const collectEntries = entryCollector(installation, { ...order, entries });
  const tellMoves = moveTeller(installation, say);
  const onEvent = turnCollector({ turnsRed, clock, say });
  let struck = 0;
  let lastFaultAt: number | null = null;
  let inFlight: Deployment[] = [];
  const refresh = () => {
    for (const name of targets.keys()) targets.set(name, view.services.get(name)?.spec.target as Target);
    inFlight = [];
    for (const id of view.inFlight) inFlight.push(view.deployments.get(id) as Deployment);
    collectEntries();
    collectPublished();
    const strikes = order.strikes();
    if (strikes > struck) lastFaultAt = clock.now();
    struck = strikes;
    tellMoves();
  };
  const world: CheckedWorld = {
    get now() {
      return clock.now();
    },
    get lastFaultAt() {
      return lastFaultAt;
    },
    get executions() {
      return workflows.executions();
    },
    isRunning: (execution) => workflows.isRunning(execution),
    get inFlight() {
      return inFlight;
    },
    moves: moves.list(),
    ledger: view,
    targets,
    shares: moves.shares,
    ...callsOf(installation, targets),
    ...handsOf(order, targets),
    ...pinsOf(installation, targets),
    turnsRed,
    get red() {
      return redNow(installation);
    },
    ...accountOf(installation),
    entries,
    ...{ served: order.api.served(), clocksApartMs: order.clocksApartMs },
    ...netsOf(installation),
    published,
  };
  return { world, refresh, onEvent };
}

function publishedCollector({ cloud }: Installation) {
  const published = new Set<string>();
  let delivered = 0;
  const collectPublished = () => {
    for (const messages = cloud.delivered(); delivered < messages.length; delivered += 1)
      published.add(messages[delivered]?.id ?? '');
  };
  return { published, collectPublished };
}

function netsOf({ netFailures, handled }: Installation): Pick<CheckedWorld, 'netFailures' | 'handled'> {
  return { netFailures: netFailures(), handled: handled() };
}

function accountOf({ cloud, moves }: Installation): Pick<CheckedWorld, 'isAlarmThere' | 'unreadyOrders'> {
  return { isAlarmThere: cloud.alarms.has, unreadyOrders: moves.unready() };
}

/** Where the calls really go: on a cluster, to its pods. */
function callsOf(
  { cloud, moves }: Installation,
  targets: ReadonlyMap<string, Target>,
): Pick<CheckedWorld, 'calls' | 'pods' | 'lastThrottledAt'> {
  return {
    lastThrottledAt: () => cloud.throttled().at(-1)?.at ?? null,
    calls(service) {
      const target = onCluster(targets.get(service));
      return target === null ? moves.shares(service) : cloud.workloads.shares(target);
    },
    pods(service) {
      const target = onCluster(targets.get(service));
      return target === null ? [] : countPods(cloud.cluster.pods(target.namespace, podLabels(target)));
    },
  };
}

/** Where callers are led, and what other people and tools did. */
function handsOf(
  { installation: { cloud }, hands, lastDeployments }: WorldOrder,
  targets: ReadonlyMap<string, Target>,
): Pick<CheckedWorld, 'led' | 'hands' | 'lastDeployments'> {
  const { cluster } = cloud;
  const led = ledCalls({ cluster, hands });
  return {
    hands: hands.list(),
    lastDeployments,
    led(service) {
      const target = onCluster(targets.get(service));
      return target === null ? [] : led(target);
    },
  };
}

/** What a rollback needs: a pin alias in Lambda, manifests in a cluster. */
function pinsOf(
  { cloud }: Installation,
  targets: ReadonlyMap<string, Target>,
): Pick<CheckedWorld, 'pinned' | 'hasVersion' | 'codeOf' | 'isRecreated'> {
  const functionOf = (name: string) => cloud.lambda.getFunction(name);
  return {
    pinned(service) {
      const target = targets.get(service);
      const workload = onCluster(target);
      if (workload !== null) return cloud.workloads.record(workload)?.before ?? null;
      return functionOf(onAlias(target)?.function ?? service).aliases['slipway-before-live']?.functionVersion ?? null;
    },
    codeOf({ service, version }) {
      const target = onAlias(targets.get(service));
      if (target === null) return null;
      return functionOf(target.function).versions[version]?.codeSha256 ?? null;
    },
    isRecreated(service) {
      const target = onAlias(targets.get(service));
      return target !== null && cloud.lambda.wasDeleted(target.function);
    },
    hasVersion({ service, version }) {
      const target = targets.get(service);
      const workload = onCluster(target);
      if (workload !== null)
        return version === NO_VERSION || cloud.cluster.find(versionRef(workload, version)) !== undefined;
      return functionOf(onAlias(target)?.function ?? service).versions[version] !== undefined;
    },
  };
}

/** Every entry sends an event, so there are new entries when the outbox has grown. */
function entryCollector(
  { ledger }: Installation,
  { entries, say, ambush, clock }: Pick<WorldOrder, 'say' | 'ambush' | 'clock'> & { readonly entries: TimelineEntry[] },
): () => void {
  const view = ledger.view();
  const seen = new Map<string, number>();
  let messages = 0;
  return () => {
    if (view.outbox.size === messages) return;
    messages = view.outbox.size;
    for (const [id, written] of view.timeline) {
      for (let index = seen.get(id) ?? 0; index < written.length; index += 1) {
        const entry = written[index] as TimelineEntry;
        // The entry is read right after the step that wrote it, so the clock gives its true time.
        entries.push({ ...entry, at: clock.now() });
        ambush(entry);
        say(`${id} ${entry.kind} ${JSON.stringify(entry.data.canaryPercent ?? '')} ${entry.because}`);
      }
      seen.set(id, written.length);
    }
  };
}

interface Turns extends Pick<WorldOrder, 'say' | 'clock'> {
  readonly turnsRed: AlarmTurn[];
}

/** By CloudWatch, which does not list an alarm that was deleted. */
function redNow({ cloud }: Installation): ReadonlySet<string> {
  return new Set(cloud.alarms.list().flatMap(({ name, state }) => (state === 'ALARM' ? [name] : [])));
}

function turnCollector({ turnsRed, clock, say }: Turns): WorldUnderCheck['onEvent'] {
  return ({ source, detail }) => {
    if (source !== 'aws.cloudwatch') return;
    const { alarmName: alarm, state } = detail as {
      readonly alarmName: string;
      readonly state: { readonly value: string; readonly reasonData?: string };
    };
    // CloudWatch reports a change of state once.
    if (state.value !== 'ALARM') return;
    turnsRed.push({ alarm, at: clock.now(), isMeasured: state.reasonData !== undefined });
    say(`alarm ${alarm} is red`);
  };
}

function moveTeller({ moves }: Installation, say: WorldOrder['say']): () => void {
  let told = 0;
  return () => {
    for (const all = moves.list(); told < all.length; told += 1) {
      const move = all[told];
      if (move) say(`${move.service} moves to ${[...move.after].join(' ')}${move.order === null ? ', by others' : ''}`);
    }
  };
}
