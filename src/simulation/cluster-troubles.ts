/**
 * What other people and tools do to the workloads on the cluster with a seed. Data only; cluster-acts.ts and
 * cluster-hands.ts do it.
 */

import type { ServiceSpec } from '../domain/service/service-spec.ts';
import { onCluster } from '../domain/service/target.ts';
import type { ClusterObject } from '../domain/workload/cluster-object.ts';
import type { GatewayLag } from '../twin/cluster/workloads/gateways.ts';
import { pick, type Random } from '../twin/random.ts';

export interface ClusterTroubles {
  /** How many times ready pods lose their readiness, for a while or for good. */
  readonly unreadiness: number;
  /** How many times a cleaner deletes ConfigMaps in which Slipway stores versions, or the record. */
  readonly cleanings: number;
  /** How many times a team gives a service another route between two deployments. */
  readonly routeChanges: number;
  readonly autoscalings: number;
  /** How many times a person changes an object of a workload with kubectl. */
  readonly hands: number;
  /** How many times, for a while, a namespace accepts no more pods, and how many times no node does. */
  readonly quotas: number;
  readonly fullNodes: number;
  /** Undefined when calls follow a changed route at once. */
  readonly gatewayLag: GatewayLag | undefined;
}

const NO_TROUBLES: ClusterTroubles = {
  unreadiness: 0,
  cleanings: 0,
  routeChanges: 0,
  autoscalings: 0,
  hands: 0,
  quotas: 0,
  fullNodes: 0,
  gatewayLag: undefined,
};

interface Troubled extends ClusterTroubles {
  /** The services on the cluster, some of them with manifests of their own team. */
  readonly workloads: readonly ServiceSpec[];
  readonly folders: readonly Folder[];
}

/**
 * The share of the seeds with a workload that have such troubles. The other seeds show Slipway without other writers.
 */
const TROUBLED = 0.5;

export function drawClusterTroubles(random: Random, drawn: readonly ServiceSpec[]): Troubled {
  if (drawn.length === 0 || !random.chance(TROUBLED)) return { ...NO_TROUBLES, workloads: drawn, folders: [] };
  const times = (kind: string, chance = 0.35) => {
    const own = random.fork(kind);
    return own.chance(chance) ? 1 + own.integer(2) : 0;
  };
  const lag = random.fork('gateways');
  const own = drawn.map((spec) => withFolder(random.fork(`folder of ${spec.name}`), spec));
  return {
    workloads: own.map(({ spec }) => spec),
    folders: own.flatMap(({ folder }) => folder ?? []),
    unreadiness: times('unreadiness'),
    cleanings: times('cleanings'),
    routeChanges: times('route changes', 0.6),
    autoscalings: times('autoscalings'),
    hands: times('hands', 0.6),
    quotas: times('quotas'),
    fullNodes: times('full nodes'),
    gatewayLag: lag.chance(0.5) ? { httpRouteMs: pick(lag, [500, 3_000, 8_000]), albIngressMs: 9_000 } : undefined,
  };
}

/** The objects of a path, as kubectl builds them. */
export interface Folder {
  readonly path: string;
  readonly objects: readonly ClusterObject[];
}

/**
 * In a quarter of the troubled seeds a workload has its team's own manifests, which may replace all its pods at once.
 */
function withFolder(random: Random, spec: ServiceSpec): { readonly spec: ServiceSpec; readonly folder: Folder | null } {
  const { name } = spec;
  const target = onCluster(spec.target);
  if (target === null || !random.chance(0.25)) return { spec, folder: null };
  const path = `k8s/${name}`;
  const folder = { path, objects: manifestsOf(random, name) };
  return { spec: { ...spec, target: { ...target, manifests: { folder: path } } }, folder };
}

function manifestsOf(random: Random, name: string): readonly ClusterObject[] {
  const labels = { app: name };
  const container = { name: 'app', image: 'good:0', ports: [{ containerPort: 8080 }] };
  const deployment = {
    replicas: 1 + random.integer(4),
    selector: { matchLabels: labels },
    strategy: pick(random, STRATEGIES),
    template: { metadata: { labels }, spec: { containers: [container] } },
  };
  const service = { selector: labels, ports: [{ port: 80, targetPort: 8080 }] };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: service },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels }, spec: deployment },
  ];
}

const STRATEGIES = [
  { type: 'Recreate' },
  { type: 'Recreate' },
  { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  { rollingUpdate: { maxSurge: '100%', maxUnavailable: 0 } },
] as const;
