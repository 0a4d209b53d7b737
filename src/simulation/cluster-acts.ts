/**
 * What other people and tools do to workloads in a simulation. Pods lose their readiness, cleaners delete ConfigMaps,
 * namespaces and nodes accept no more pods, autoscalers scale, and teams change routes. For what people do with kubectl
 * see cluster-hands.ts.
 */

import type { KubernetesTarget, ServiceSpec } from '../domain/service/service-spec.ts';
import { onCluster } from '../domain/service/target.ts';
import { deploymentRef, podLabels, specOf, type Track } from '../domain/workload/workload-objects.ts';
import { routeRef } from '../domain/workload/workload-route.ts';
import { isReady, isTerminating, type Pod } from '../twin/cluster/api/workload-objects.ts';
import { pick, type Random } from '../twin/random.ts';
import { sleep } from '../twin/scheduler.ts';
import type { ActOrder } from './account-acts.ts';
import type { Clients } from './clients.ts';
import type { HandLog } from './hand-log.ts';
import { setRoute } from './played-target.ts';
import { deploy } from './requests.ts';
import { drawStrategy, drawWholeStrategy, IMAGES, ROUTES } from './scenario.ts';

export interface TroubleOrder extends ActOrder {
  readonly clients: Clients;
  readonly hands: HandLog;
  /** Ends a trouble after a while, or with all other troubles when `afterMs` is null. */
  readonly endLater: (end: () => void, afterMs: number | null) => void;
}

/** A service on Kubernetes as its team has it now. */
export interface Workload {
  readonly name: string;
  readonly spec: ServiceSpec;
  readonly target: KubernetesTarget;
}

export function workloadNow({ installation }: Pick<ActOrder, 'installation'>, name: string): Workload | null {
  const spec = installation.ledger.view().services.get(name)?.spec;
  const target = onCluster(spec?.target);
  return spec === undefined || target === null ? null : { name, spec, target };
}

/** Like a failing probe: one pod, the pods of one track, or all pods lose their readiness. */
export function loseReadiness(order: TroubleOrder, { workload, random }: Trouble): void {
  const { installation, scheduler, say, hands, endLater } = order;
  const { cluster } = installation.cloud;
  const { name, target } = workload;
  // The canary is drawn more often, because it has only just become ready, if it exists at all.
  const tracks = [pick(random, ['stable', 'canary', 'canary'] as const), 'stable'] as const;
  const podsOf = (track: Track) => {
    const found = cluster.pods(target.namespace, podLabels(target, { track }));
    return { track, found, ready: found.filter((pod) => isReady(pod) && !isTerminating(pod)) };
  };
  const { track, found, ready } = tracks.map(podsOf).find((one) => one.ready.length > 0) ?? podsOf('stable');
  const chosen = random.chance(0.8) ? ready : ready.slice(0, 1);
  const forMs = pick(random, [10_000, 45_000, 150_000, null, null]);
  if (chosen.length === 0) return;
  for (const pod of chosen) {
    hands.lose(pod, scheduler.now());
    setReady(order, { pod, ready: false });
  }
  const forHowLong = forMs === null ? 'for good' : `for ${forMs / 1_000} s`;
  say(`${chosen.length} of ${found.length} ${track} pods of ${name} lose their readiness ${forHowLong}`);
  hands.note({ service: name, at: scheduler.now(), did: 'lostReadiness' });
  const end = () => {
    for (const pod of chosen) {
      hands.regain(pod);
      setReady(order, { pod, ready: true });
    }
    say(`pods of ${name} are ready again`);
  };
  endLater(end, forMs);
}

function setReady({ installation }: ActOrder, { pod, ready }: { readonly pod: Pod; readonly ready: boolean }): void {
  const { name, namespace = '' } = pod.metadata;
  installation.cloud.cluster.setPodReady({ namespace, name, ready });
}

export interface Trouble {
  readonly workload: Workload;
  readonly random: Random;
}

/** A cleaner deletes ConfigMaps that no pod mounts, because they look unused. */
export function cleanConfigMaps(order: TroubleOrder, { workload: { name, target }, random }: Trouble): void {
  const { cluster } = order.installation.cloud;
  const holds = pick(random, ['version', 'version', 'version', 'record', undefined] as const);
  const isKept = (labels: Readonly<Record<string, string>> = {}) =>
    labels['slipway/workload'] === target.workload && ['version', 'record'].includes(labels['slipway/holds'] ?? '');
  const kept = cluster
    .objects()
    .filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.namespace === target.namespace)
    .filter(
      ({ metadata: { labels } }) => isKept(labels) && (holds === undefined || labels?.['slipway/holds'] === holds),
    );
  const chosen = random.chance(0.6) ? kept : kept.slice(0, 1);
  for (const object of chosen) cluster.removeByHand(object);
  order.say(`a cleaner deletes ${chosen.map(({ metadata }) => metadata.name).join(', ') || 'nothing'}`);
  for (const { metadata } of chosen) {
    const did = metadata.labels?.['slipway/holds'] === 'record' ? 'recordDeleted' : 'versionsDeleted';
    order.hands.note({ service: name, at: order.scheduler.now(), did });
  }
}

/** The namespace is at its limit: it accepts no further pod, or one. */
export function setQuota(order: TroubleOrder, { workload: { name, target }, random }: Trouble): void {
  const { cluster } = order.installation.cloud;
  const { namespace } = target;
  const ref = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'at-its-limit', namespace } };
  const pods = String(Math.max(1, cluster.pods(namespace).length + random.integer(2)));
  cluster.changeByHand({ manager: 'platform', ref, change: { spec: { hard: { pods } } } });
  order.say(`namespace ${namespace} takes ${pods} pods at the most`);
  order.hands.note({ service: name, at: order.scheduler.now(), did: 'quota' });
  const end = () => {
    cluster.removeByHand(ref);
    order.say(`namespace ${namespace} takes pods again`);
  };
  order.endLater(end, pick(random, [20_000, 90_000, 300_000, null]));
}

const NODES = ['node-a', 'node-b', 'node-c'];

/** New pods stay Pending; running pods continue. */
export function fillNodes(order: TroubleOrder, { workload: { name }, random }: Trouble): void {
  const { cluster } = order.installation.cloud;
  for (const node of NODES) cluster.removeByHand({ apiVersion: 'v1', kind: 'Node', metadata: { name: node } });
  order.say('no node takes a pod');
  order.hands.note({ service: name, at: order.scheduler.now(), did: 'nodes' });
  const end = () => {
    for (const node of NODES) cluster.addNode({ name: node, cpu: '4', memory: '16Gi', pods: 110 });
    order.say('nodes take pods again');
  };
  order.endLater(end, pick(random, [20_000, 50_000, 150_000, null]));
}

/** Scales by the version's own autoscaler, or by one that the platform adds to the workload. */
export function autoscale(order: TroubleOrder, { workload: { name, target }, random }: Trouble): void {
  const { cluster } = order.installation.cloud;
  const ref = deploymentRef(target, 'stable');
  if (cluster.find(ref) === undefined) return;
  const { namespace, workload } = target;
  const autoscaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' };
  const own = cluster.find({ ...autoscaler, metadata: { name: workload, namespace } });
  order.hands.note({ service: name, at: order.scheduler.now(), did: 'autoscaled' });
  if (own === undefined) {
    const spec = {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: workload },
      minReplicas: 2 + random.integer(4),
      maxReplicas: 8,
    };
    const platforms = { ...autoscaler, metadata: { name: `${workload}-platform`, namespace } };
    cluster.changeByHand({ manager: 'platform', ref: platforms, change: { spec } });
    order.say(`the platform has an autoscaler for ${name}, from ${spec.minReplicas} pods`);
    return;
  }
  const { minReplicas, maxReplicas } = specOf(own);
  const replicas = Number(minReplicas) + random.integer(Number(maxReplicas) - Number(minReplicas) + 1);
  cluster.scaleByHand({ ref, replicas, manager: 'kube-controller-manager' });
  order.say(`the autoscaler gives ${name} ${replicas} pods`);
}

const BUSY_TRIES = 10;
const BUSY_MS = 20_000;

/**
 * Changes the route between two deployments, and deploys soon after. If the service is busy, the change waits for a
 * while.
 */
export async function changeRoute(order: TroubleOrder, { workload: { name }, random }: Trouble): Promise<void> {
  const { installation, scheduler, say } = order;
  const isBusy = () => (installation.ledger.view().locks.get(name)?.deploymentId ?? null) !== null;
  for (let tries = 0; tries < BUSY_TRIES && isBusy(); tries += 1) await sleep(scheduler, BUSY_MS);
  const workload = workloadNow(order, name);
  if (workload === null || isBusy()) return;
  const { spec, target } = workload;
  const route = pick(
    random,
    ROUTES.filter(({ kind }) => kind !== target.route.kind),
  );
  const changed = { ...target, route };
  const strategy = isWhole(changed) ? drawWholeStrategy(random) : drawStrategy(random);
  if (routeRef(changed) !== null) setRoute(installation.cloud, changed);
  installation.cloud.workloads.watch(changed);
  const written = { ...spec, target: changed, strategy };
  await installation.ledger.services.write({ spec: written, by: 'team', at: scheduler.now() });
  order.hands.note({ service: name, at: scheduler.now(), did: 'routeChanged' });
  say(`${name} has the route ${route.kind} from now on, and had ${target.route.kind}`);
  await sleep(scheduler, 1_000 + random.integer(20_000));
  const image = `${pick(random, IMAGES)}:${random.hex(6)}`;
  const body = { service: name, artifact: { image }, supersede: random.chance(0.2) };
  const line = `deploy ${image} to ${name} by its new route`;
  await order.clients.ask(deploy(body, { random, who: 'team' }), { line, random });
}

/** True when the route leads all calls or none to the canary, and knows no shares. */
export function isWhole({ route }: KubernetesTarget): boolean {
  return route.kind === 'rolling' || route.kind === 'blueGreen';
}
