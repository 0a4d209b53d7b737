/**
 * A small Kubernetes cluster behind the port Cluster: an API server, the controllers on which Slipway depends, nodes
 * and pods. It runs in the scheduler's time, and all randomness comes from one seed. What it models is as strict as a
 * real cluster, or stricter.
 */

import type { Permission } from '../../domain/workload/cluster-call.ts';
import type { ClusterObject, ObjectRef } from '../../domain/workload/cluster-object.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import { type ApiServer, apiServer, type ScaleOrder, type StatusOrder } from './api/api-server.ts';
import { type ObjectStore, objectStore, subjectOf } from './api/object-store.ts';
import { frozenCopy, mergePatched } from './api/plain-data.ts';
import { resourceTable } from './api/resources.ts';
import { hasLabels, isReady, isTerminating, type Labels, type Pod } from './api/workload-objects.ts';
import { clusterPort } from './cluster-port.ts';
import { reachedClusters } from './reached-cluster.ts';
import { startControllers } from './workloads/controllers.ts';
import { type GatewayLag, type Gateways, type GatewaysOrder, gateways, noGateways } from './workloads/gateways.ts';
import { type Images, READY_IN_FIVE_SECONDS } from './workloads/image-behaviour.ts';
import { kubelet } from './workloads/kubelet.ts';
import { endNamespace, toldToEnd } from './workloads/namespace-end.ts';
import { withContainers } from './workloads/pod-status.ts';
import { timersOf } from './workloads/timers.ts';

export interface NodeOrder {
  readonly name: string;
  /** In Kubernetes' form: `4`, `500m`; `16Gi`. */
  readonly cpu: string;
  readonly memory: string;
  readonly pods: number;
  readonly labels?: Labels;
}

export interface ClusterOrder {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** When left out: three nodes, each with 4 cores, 16 GiB and room for 110 pods. */
  readonly nodes?: readonly NodeOrder[];
  /** When left out, every image is ready in five seconds. */
  readonly images?: Images;
  readonly namespaces?: readonly string[];
  /** The objects that `build` finds, by path. */
  readonly folders?: Readonly<Record<string, readonly ClusterObject[]>>;
  /** Kinds that are not installed, for example `HTTPRoute`. */
  readonly without?: readonly string[];
  /** The longest time until a controller notices a change. */
  readonly controllerLagMs?: number;
  /** How long the containers of a pod take to end; each pod differs by up to 30 %. */
  readonly terminationMs?: number;
  /**
   * How long gateways and load balancers take to follow a changed route. When left out they take no time, and report
   * nothing.
   */
  readonly gatewayLag?: GatewayLag | undefined;
}

/** A pod that gets a share of the Service's calls. */
export interface Endpoint {
  readonly pod: string;
  readonly labels: Labels;
}

export interface PodReadiness {
  readonly namespace: string;
  readonly name: string;
  readonly ready: boolean;
}

/** A change, by kind and place. */
export interface ClusterChange {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export type SimulatedCluster = ReturnType<typeof simulatedCluster>;

const WATCHED: ReadonlySet<string> = new Set(['Pod', 'Service', 'HTTPRoute', 'Ingress', 'ConfigMap']);

export function simulatedCluster(order: ClusterOrder) {
  const { scheduler, namespaces = [], nodes = THREE_NODES } = order;
  const { store, api, timers, led } = assemble(order);
  const folders = new Map(Object.entries(order.folders ?? {}).map(([path, objects]) => [path, frozenCopy(objects)]));
  const forbidden: Permission[] = [];
  let awayUntil = Number.NEGATIVE_INFINITY;
  let isReachable = true;
  const connection = { api, store, timers, folders, isAway: () => scheduler.now() < awayUntil };
  const allowing = (allowed?: readonly Permission[]) => ({
    ...connection,
    may: (asked: Permission) => !isAmong(forbidden, asked) && (!allowed || isAmong(allowed, asked)),
  });
  const connect = (allowed?: readonly Permission[]): Cluster => clusterPort(allowing(allowed));
  const reach = (allowed?: readonly Permission[]) => reachedClusters(allowing(allowed), () => isReachable);
  const addNamespace = (name: string) => void store.put(namespaceObject(name));
  const addNode = (node: NodeOrder) => void store.put(nodeObject(node));
  for (const name of namespaces) addNamespace(name);
  for (const node of nodes) addNode(node);
  return {
    port: connect(),
    /** The same API server as functions reach it, under any name. */
    clusters: reach(),
    /** Another connection, which has only these permissions. */
    restricted: connect,
    restrictedClusters: reach,
    /** Sets whether functions can reach the API server. They cannot reach a private endpoint. */
    setReachable: (reachable: boolean) => {
      isReachable = reachable;
    },
    addNamespace,
    addNode,
    /** Takes the permission away from all connections. */
    deny: (permission: Permission) => void forbidden.push(permission),
    /** Until then, every call that needs the API server throws Transient. */
    goAway: (until: number) => {
      awayUntil = until;
    },
    putFolder: (path: string, objects: readonly ClusterObject[]) => void folders.set(path, frozenCopy(objects)),
    ...handMade(api),
    ...views(store),
    /** The route that calls follow in this instant. A written change takes effect a while later. */
    routed: led.routed,
    /** Takes away the readiness of a pod, as a failing probe does, or gives it back. */
    setPodReady: (probed: PodReadiness) => setPodReady(store, { ...probed, now: scheduler.now() }),
    /** Runs after any change of a pod, a Service, a route or a ConfigMap, in the instant of the change. */
    onChange: (listener: (change: ClusterChange) => void) => {
      const tell = ({ kind, metadata }: ClusterObject) =>
        listener({ kind, namespace: metadata.namespace ?? '', name: metadata.name });
      led.onTakenUp(tell);
      store.subscribe((change) => {
        const subject = subjectOf(change);
        if (WATCHED.has(subject.kind)) tell(subject);
      });
    },
    close: timers.close,
  };
}

function assemble(order: ClusterOrder) {
  const { scheduler, random, images, without, terminationMs = 3_000, controllerLagMs = 50 } = order;
  const timers = timersOf(scheduler);
  const resources = resourceTable(without);
  const store = objectStore({ now: timers.now, random: random.fork('ids') });
  const pods = kubelet({
    store,
    timers,
    random: random.fork('pods'),
    images: images ?? (() => READY_IN_FIVE_SECONDS),
    terminationMs,
  });
  const endGracefully = (object: ClusterObject) => {
    if (object.kind === 'Pod') pods.end(object as Pod);
    else if (object.kind === 'Namespace') endNamespace(object, { store, now: timers.now(), endPod: pods.end });
    else store.put(toldToEnd(object, timers.now()));
  };
  const api = apiServer({ store, resources, endGracefully });
  const controllers = random.fork('controllers');
  startControllers({ store, api, kubelet: pods, resources, timers, random: controllers, lagMaxMs: controllerLagMs });
  return { store, api, timers, led: gatewaysOf(order, { store, timers }) };
}

function gatewaysOf(
  { gatewayLag: lag, random }: ClusterOrder,
  { store, timers }: Pick<GatewaysOrder, 'store' | 'timers'>,
): Gateways {
  return lag === undefined ? noGateways(store) : gateways({ store, timers, random: random.fork('gateways'), lag });
}

export interface HandMadeChange {
  readonly manager: string;
  readonly ref: ObjectRef;
  /** A JSON merge patch. */
  readonly change: Readonly<Record<string, unknown>>;
}

/** What other tools and people do to the cluster. The API server treats it like Slipway's own requests. */
function handMade(api: ApiServer) {
  return {
    /** Writes like the controller of the kind. */
    writeStatus: (order: StatusOrder): void => api.writeStatus(order),
    /** Like `kubectl edit`: from then on the manager owns what it changed. */
    changeByHand: ({ manager, ref, change }: HandMadeChange): ClusterObject => {
      const live = api.find(ref);
      const object = mergePatched(live ?? { ...ref }, change) as ClusterObject;
      return live === undefined ? api.create({ object, manager }) : api.update({ object, manager });
    },
    /** Like `kubectl apply --server-side --force-conflicts`. */
    applyByHand: ({ manager, object }: { manager: string; object: ClusterObject }): ClusterObject =>
      api.apply({ object, manager, force: true }),
    removeByHand: (ref: ObjectRef): void => api.remove(ref),
    /** Like `kubectl scale` and an autoscaler. */
    scaleByHand: (order: ScaleOrder): void => api.scale(order),
  };
}

function setPodReady(
  store: ObjectStore,
  { namespace, name, ready, now }: PodReadiness & { readonly now: number },
): void {
  const found = store.find({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } })?.object;
  const pod = found as Pod | undefined;
  const containers = pod?.status.containerStatuses?.map((status) => ({ ...status, ready }));
  if (pod && containers) store.put(withContainers(pod, { containerStatuses: containers, now }));
}

/** For checkers: the state in this instant. */
function views(store: ObjectStore) {
  const podsOf = (namespace: string, labels: Labels = {}): readonly Pod[] =>
    (store.list({ kind: 'Pod', namespace }) as readonly Pod[]).filter(({ metadata }) =>
      hasLabels(metadata.labels, labels),
    );
  return {
    pods: podsOf,
    /** The pods that get the Service's calls, each with the same share: ready pods that are not being deleted. */
    endpoints: (namespace: string, { service }: { service: string }): readonly Endpoint[] => {
      const found = store.find({ apiVersion: 'v1', kind: 'Service', metadata: { namespace, name: service } })?.object;
      const { selector } = (found?.spec ?? {}) as { selector?: Labels };
      if (selector === undefined || Object.keys(selector).length === 0) return [];
      return podsOf(namespace, selector)
        .filter((pod) => isReady(pod) && !isTerminating(pod))
        .map(({ metadata }) => ({ pod: metadata.name, labels: metadata.labels ?? {} }));
    },
    find: (ref: ObjectRef): ClusterObject | undefined => store.find(ref)?.object,
    /** All objects, sorted by kind, namespace and name. */
    objects: (): readonly ClusterObject[] => store.everywhere(),
  };
}

function isAmong(permissions: readonly Permission[], { verb, resource }: Permission): boolean {
  return permissions.some((one) => one.verb === verb && one.resource === resource);
}

const THREE_NODES: readonly NodeOrder[] = ['node-a', 'node-b', 'node-c'].map((name) => ({
  name,
  cpu: '4',
  memory: '16Gi',
  pods: 110,
}));

function namespaceObject(name: string): ClusterObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, status: { phase: 'Active' } };
}

function nodeObject({ name, cpu, memory, pods, labels = {} }: NodeOrder): ClusterObject {
  const metadata = { name, labels: { 'kubernetes.io/hostname': name, ...labels } };
  return { apiVersion: 'v1', kind: 'Node', metadata, status: { allocatable: { cpu, memory, pods: String(pods) } } };
}
