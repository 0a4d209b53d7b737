/**
 * How the calls of a workload are split between its two versions: by the number of pods behind one Service, by the
 * Service's selector, or by the weights of a route. Pure: objects in, changed objects out, and what they say read back.
 */
import { SlipwayError } from '../errors.ts';
import type { WorkloadTarget } from '../service/service-spec.ts';
import type { ClusterObject, ObjectRef } from './cluster-object.ts';
import { secondService } from './second-service.ts';
import { fieldsOf, listOf, specOf, type Track } from './workload-objects.ts';

/** True where a canary gets its share whatever the number of its pods is. */
export function hasWeights({ route }: WorkloadTarget): boolean {
  return route.kind === 'httpRoute' || route.kind === 'albIngress' || route.kind === 'blueGreen';
}

/**
 * Pods of the canary for a share of 1 to 99 %, beside `stableReplicas` of stable: rounded up, at least one. By weights it
 * gets its share of stable's pods; by pods alone it becomes that share of all; blue/green has the whole second set.
 */
export function canaryReplicas(
  target: WorkloadTarget,
  { stableReplicas, percent }: { readonly stableReplicas: number; readonly percent: number },
): number {
  const wanted =
    target.route.kind === 'blueGreen' || percent >= 100
      ? stableReplicas
      : hasWeights(target)
        ? (stableReplicas * percent) / 100
        : (stableReplicas * percent) / (100 - percent);
  // 3 * 10 / 90 must not become 1 too many by a rounding error of the last digit.
  return Math.max(1, Math.ceil(Math.round(wanted * 1_000_000) / 1_000_000));
}

/** Where pods are the weights: what each step really gives the canary, when that is not what the step says. */
export function replicaNotes(
  target: WorkloadTarget,
  { stableReplicas, weights }: { readonly stableReplicas: number; readonly weights: readonly number[] },
): readonly string[] {
  if (target.route.kind !== 'replicas') return [];
  if (stableReplicas === 0) return ['Stable has no pod, so the first pod of the canary gets all the calls.'];
  return weights.flatMap((percent) => {
    if (percent >= 100) return [];
    const canary = canaryReplicas(target, { stableReplicas, percent });
    const all = canary + stableReplicas;
    const real = Math.round((canary / all) * 100);
    if (real === percent) return [];
    return [
      `${percent} % is ${canary} of ${all} pods, ${real} % of the calls: ${stableReplicas} stable pods cannot express it closer.`,
    ];
  });
}

/** The Service of the workload with the selector that the route asks for, and the second Service, where it needs one. */
export function routedServices(
  services: readonly ClusterObject[],
  { target, canaryPercent }: { readonly target: WorkloadTarget; readonly canaryPercent: number },
): readonly ClusterObject[] {
  const { workload, route } = target;
  const own = services.find(({ kind, metadata }) => kind === 'Service' && metadata.name === workload);
  if (own === undefined) {
    if (!hasWeights(target)) return [];
    throw new SlipwayError(
      'InvalidRequest',
      `The manifests hold no Service ${workload}, and the route ${route.kind} needs one. Add it, or choose the route replicas.`,
    );
  }
  if (!hasWeights(target)) return [withSelected(own, 'both')];
  const front = withSelected(own, frontTrack(target, canaryPercent));
  const name = route.kind === 'blueGreen' ? `${workload}-preview` : `${workload}-canary`;
  const second = withSelected(secondService(own, name), 'canary');
  return [front, second];
}

/** Whose pods the first Service of a workload leads to. */
export type FrontTrack = Track | 'both';

/** What the first Service has to select for a share, by the route. */
export function frontTrack({ route }: WorkloadTarget, canaryPercent: number): FrontTrack {
  switch (route.kind) {
    case 'rolling':
    case 'replicas':
      return 'both';
    case 'blueGreen':
      return canaryPercent >= 100 ? 'canary' : 'stable';
    case 'httpRoute':
    case 'albIngress':
      return 'stable';
  }
}

export function frontRef({ namespace, workload }: Pick<WorkloadTarget, 'namespace' | 'workload'>): ObjectRef {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: workload, namespace } };
}

/** The labels by which Slipway narrows a selector; all the others are the team's. */
const NARROWING = ['slipway/track', 'slipway/version'];

export function withSelected(service: ClusterObject, track: FrontTrack): ClusterObject {
  const own = Object.entries(fieldsOf(specOf(service).selector)).filter(([name]) => !NARROWING.includes(name));
  const selector = { ...Object.fromEntries(own), ...(track === 'both' ? {} : { 'slipway/track': track }) };
  return { ...service, spec: { ...specOf(service), selector } };
}

/** Whether a Service leads to just these pods, as far as Slipway has a say in it. */
export function selects(service: ClusterObject, track: FrontTrack): boolean {
  const selector = fieldsOf(specOf(service).selector);
  const wanted = track === 'both' ? undefined : track;
  return selector['slipway/track'] === wanted && selector['slipway/version'] === undefined;
}

/** Which track the Service of a blue/green workload leads to; null: to both, or it is not Slipway's. */
export function selectedTrack(service: ClusterObject): Track | null {
  const track = fieldsOf(specOf(service).selector)['slipway/track'];
  return track === 'stable' || track === 'canary' ? track : null;
}

/** The object that carries the weights; null where pods or a selector do. */
export function routeRef({ route, namespace }: Pick<WorkloadTarget, 'route' | 'namespace'>): ObjectRef | null {
  switch (route.kind) {
    case 'rolling':
    case 'replicas':
    case 'blueGreen':
      return null;
    case 'httpRoute':
      return {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: route.name, namespace },
      };
    case 'albIngress':
      return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: route.name, namespace } };
  }
}

/** The route among the objects of a version, where the team keeps it there; null: somebody else has made it, or there is none. */
export function ownRoute(objects: readonly ClusterObject[], target: WorkloadTarget): ClusterObject | null {
  const ref = routeRef(target);
  return objects.find(({ kind, metadata }) => kind === ref?.kind && metadata.name === ref.metadata.name) ?? null;
}

/** Whether every gateway that has ever taken the HTTPRoute up says so of its present state; nobody waits for one that has not. */
export function isTakenUp({ metadata, status }: ClusterObject): boolean {
  const generation = metadata.generation ?? 0;
  return listOf(fieldsOf(status).parents).every((parent) =>
    listOf(parent.conditions).every(({ observedGeneration }) => Number(observedGeneration ?? generation) >= generation),
  );
}
