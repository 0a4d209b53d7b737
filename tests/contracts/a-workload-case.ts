/**
 * A workload with a folder of its own, on a simulated or a real stage. Sends orders to the workload, and says which
 * pods answer its calls.
 */

import type { Route, WorkloadTarget } from '../../src/domain/service/service-spec.ts';
import type { ClusterObject, ObjectRef } from '../../src/domain/workload/cluster-object.ts';
import { weightIn } from '../../src/domain/workload/route-weights.ts';
import { isReady } from '../../src/domain/workload/workload-health.ts';
import { fieldsOf, type Labels, listOf, specOf } from '../../src/domain/workload/workload-objects.ts';
import { routeRef } from '../../src/domain/workload/workload-route.ts';
import { rolloutOf } from '../operations/a-workload-rollout.ts';
import { httpRoute, teamRoute } from '../operations/a-workload-route.ts';
import type { ClusterStage } from './cluster-stage.ts';

export const HTTP_ROUTE: Route = { kind: 'httpRoute', name: 'front' };
export const ALB_INGRESS: Route = { kind: 'albIngress', name: 'front' };
export const REPLICAS: Route = { kind: 'replicas' };
export const BLUE_GREEN: Route = { kind: 'blueGreen' };
export const ROLLING: Route = { kind: 'rolling' };
export const [ONE, TWO, THREE] = ['shop/good:1', 'shop/good:2', 'shop/good:3'] as const;

/** Long enough for a case that takes a minute on a real control plane. */
export const LIMIT_MS = 120_000;

/**
 * The share of the calls that each image answers, in percent. `nobody` counts the calls of a Service without a ready
 * pod.
 */
export type Calls = Readonly<Record<string, number>>;

export interface CaseFolder {
  readonly selector?: Labels;
  readonly hasOwnRoute?: boolean;
  /** Fields for the spec of the Deployment, in addition to those of its pods. */
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Replaces the default folder of a Service and a Deployment with one container. */
  readonly objects?: readonly ClusterObject[];
  /** The container that gets the new image, as the target names it. */
  readonly container?: string;
}

export type WorkloadCase = Awaited<ReturnType<ReturnType<typeof aWorkloadCase>['live']>>;

export function aWorkloadCase(stage: ClusterStage) {
  return {
    ready: (route: Route, folder: CaseFolder = {}) => readyCase(stage, { route, folder }),
    /** Opens a case with a first version live. `backendRefs` are the backends of a route that the team has created. */
    async live(route: Route, { backendRefs, ...folder }: CaseFolder & { backendRefs?: readonly object[] } = {}) {
      const made = await readyCase(stage, { route, folder });
      if (backendRefs !== undefined) await made.apply(anHttpRoute(backendRefs));
      const live = await made.rollout(ONE);
      await live.plan();
      await live.promote();
      return { ...made, live };
    },
  };
}

interface CaseOrder {
  readonly route: Route;
  readonly folder: CaseFolder;
}

async function readyCase(stage: ClusterStage, { route, folder }: CaseOrder) {
  const { cluster, namespace } = stage;
  const { hasOwnRoute = false, container } = folder;
  let path = await stage.folder(objectsOf(folder));
  const targetOn = (on: Route = route) => targetIn(stage, on);
  const apply = async (object: ClusterObject) => {
    const placed = { ...object, metadata: { ...object.metadata, namespace } };
    await cluster.apply({ objects: [placed], force: true });
  };
  const find = (kind: string, name: string) =>
    cluster.get({ apiVersion: VERSIONS[kind] ?? 'v1', kind, metadata: { name, namespace } });
  const podsOf = (deployment: 'orders' | 'orders-canary') => {
    const track = deployment === 'orders' ? 'stable' : 'canary';
    return podsBy(stage, { 'slipway/workload': 'orders', 'slipway/track': track });
  };
  /** The pods of an image that are not ending. */
  const pods = async (image: string) =>
    (await podsBy(stage, { app: 'orders' })).filter(
      (pod) => imageOf(pod) === image && pod.metadata.deletionTimestamp === undefined,
    );
  const setReady = async (image: string, ready: boolean) => {
    for (const { metadata } of await pods(image)) await stage.setReadiness(metadata.name, ready);
  };
  let fence = 0;
  return {
    apply,
    find,
    targetOn,
    async rollout(image: string, on: Route = route) {
      fence += 1;
      const target = targetOn(on);
      const [ref, ofTeam] = [routeRef(target), teamRoute(target)];
      if (ref !== null && ofTeam !== null && !hasOwnRoute && (await cluster.get(ref)) === null) await apply(ofTeam);
      const run = (order: Parameters<ClusterStage['carryOut']>[0]) => stage.carryOut(order);
      const manifests = { folder: path, ...(container !== undefined && { container }) };
      return rolloutOf({ target, run }, { fence, wanted: { image }, manifests });
    },
    /** Changes the folder for all later rollouts. */
    async changeFolder(objects: readonly ClusterObject[]) {
      path = await stage.folder(objects);
    },
    calls: async (on: Route = route) => callsIn(await leadingObjects(stage), targetOn(on)),
    /** Records which images answer, each time that this changes from now on. */
    async watchCalls(): Promise<() => Promise<readonly Calls[]>> {
      const states = await stage.watch();
      return async () => {
        const all = (await states()).map((objects) => callsIn(objects, targetOn()));
        return all.filter((calls, index) => JSON.stringify(calls) !== JSON.stringify(all[index - 1]));
      };
    },
    weights: async () => {
      const [rule] = listOf(specOf((await find('HTTPRoute', 'front')) ?? {}).rules);
      return listOf(rule?.backendRefs).map(({ weight }) => weight);
    },
    canary: () => find('Deployment', 'orders-canary'),
    remove: ({ kind, name }: Pick<ObjectRef, 'kind'> & { readonly name: string }) =>
      cluster.remove([{ apiVersion: VERSIONS[kind] ?? 'v1', kind, metadata: { name, namespace } }]),
    pods,
    podsOf,
    setReady,
    failAll: (image: string) => setReady(image, false),
  };
}

const VERSIONS: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  Ingress: 'networking.k8s.io/v1',
};

function targetIn({ namespace }: ClusterStage, route: Route): WorkloadTarget {
  const readyWithin = { seconds: 20 };
  return { kind: 'kubernetes', cluster: 'tests', namespace, workload: 'orders', route, readyWithin };
}

export const podsBy = ({ cluster, namespace }: ClusterStage, labels: Labels) =>
  cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels });

export const imageOf = (pod: ClusterObject) => String(listOf(specOf(pod).containers)[0]?.image);

/** The kinds that lead calls, and the pods to which the calls go. */
export const LEADING = ['Ingress', 'HTTPRoute', 'Service', 'Pod'] as const;

async function leadingObjects({ cluster, namespace }: ClusterStage): Promise<readonly ClusterObject[]> {
  const query = (kind: string) => ({ apiVersion: VERSIONS[kind] ?? 'v1', kind, namespace });
  return (await Promise.all(LEADING.map((kind) => cluster.list(query(kind))))).flat();
}

/** Computes the shares from the ready pods that a Service selects and from the weights of the route. */
function callsIn(objects: readonly ClusterObject[], target: WorkloadTarget): Calls {
  const find = (kind: string, name: string | undefined) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name);
  const ref = routeRef(target);
  const route = ref === null ? undefined : find(ref.kind, ref.metadata.name);
  const canary = route === undefined ? 0 : (weightIn(route, target.workload) ?? 0);
  const shares: Record<string, number> = {};
  for (const [name, percent] of [
    [target.workload, 100 - canary],
    [`${target.workload}-canary`, canary],
  ] as const) {
    if (percent === 0) continue;
    const selector = Object.entries(fieldsOf(specOf(find('Service', name) ?? {}).selector));
    const isSelected = ({ kind, metadata: { labels } }: ClusterObject) =>
      kind === 'Pod' && selector.length > 0 && selector.every(([label, value]) => labels?.[label] === value);
    const pods = objects.filter((object) => isSelected(object) && isReady(object));
    const who = pods.length === 0 ? ['nobody'] : pods.map(imageOf);
    for (const one of who) shares[one] = (shares[one] ?? 0) + percent / who.length;
  }
  return Object.fromEntries(Object.entries(shares).map(([image, percent]) => [image, Math.round(percent)]));
}

function objectsOf({ selector = { app: 'orders' }, hasOwnRoute, spec, objects }: CaseFolder) {
  if (objects !== undefined) return objects;
  const labels = { app: 'orders', team: 'shop' };
  return [
    aService(selector),
    aDeployment({ name: 'orders', labels, image: 'shop/good:0', spec }),
    ...(hasOwnRoute ? [anHttpRoute([{ name: 'orders', port: 80 }])] : []),
  ];
}

export function aService(selector: Labels, name = 'orders'): ClusterObject {
  const spec = { selector, ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
}

export function anHttpRoute(backendRefs: readonly object[]): ClusterObject {
  const { metadata, ...route } = httpRoute({ name: 'front', namespace: '' }, backendRefs);
  return { ...route, metadata: { name: metadata.name } };
}

export interface CaseDeployment {
  readonly name: string;
  readonly labels: Labels;
  readonly image: string;
  readonly containers?: readonly object[];
  readonly spec?: Readonly<Record<string, unknown>> | undefined;
}

export function aDeployment({ name, labels, image, spec, ...order }: CaseDeployment): ClusterObject {
  const resources = { requests: { cpu: '50m', memory: '32Mi' } };
  const { containers = [{ name: 'app', image, resources }] } = order;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
      ...spec,
    },
  };
}
