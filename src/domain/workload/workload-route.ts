/**
 * Splits the calls of a workload between its two versions: by the number of pods behind one Service, by the Service's
 * selector, or by the weights of a route. Pure: it changes objects and reads the split back from them.
 */
import { SlipwayError } from '../errors.ts';
import type { WorkloadTarget } from '../service/service-spec.ts';
import type { ClusterObject, ObjectRef } from './cluster-object.ts';
import { secondService } from './second-service.ts';
import { fieldsOf, listOf, specOf, type Track } from './workload-objects.ts';

/** True when the canary gets its share whatever the number of its pods is. */
export function hasWeights({ route }: WorkloadTarget): boolean {
  return route.kind === 'httpRoute' || route.kind === 'albIngress' || route.kind === 'blueGreen';
}

/**
 * The number of canary pods beside `stableReplicas` pods of stable, rounded up and at least one.
 * * With weights, it is the canary's share of stable's pods.
 * * Without weights, the canary becomes that share of all pods.
 * * Blue/green, or a share of 100 %, has as many pods as stable.
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
  // A rounding error in the last digit of 3 * 10 / 90 must not add a pod.
  return Math.max(1, Math.ceil(Math.round(wanted * 1_000_000) / 1_000_000));
}

/**
 * When shares follow the number of pods: tells what each step really gives the canary, when the step cannot be met
 * exactly.
 */
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

/** The workload's Service with the selector that the route needs, and the second Service if the route needs one. */
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

/** The tracks whose pods the first Service of a workload leads to. */
export type FrontTrack = Track | 'both';

/** What the first Service must select for this share, by the kind of route. */
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

/** The labels that Slipway adds to narrow a selector. All other labels are the team's. */
const NARROWING = ['slipway/track', 'slipway/version'];

export function withSelected(service: ClusterObject, track: FrontTrack): ClusterObject {
  const own = Object.entries(fieldsOf(specOf(service).selector)).filter(([name]) => !NARROWING.includes(name));
  const selector = { ...Object.fromEntries(own), ...(track === 'both' ? {} : { 'slipway/track': track }) };
  return { ...service, spec: { ...specOf(service), selector } };
}

/** True when the labels that Slipway controls make the Service lead to exactly this track. */
export function selects(service: ClusterObject, track: FrontTrack): boolean {
  const selector = fieldsOf(specOf(service).selector);
  const wanted = track === 'both' ? undefined : track;
  return selector['slipway/track'] === wanted && selector['slipway/version'] === undefined;
}

/**
 * The track to which the Service of a blue/green workload leads. Null when it leads to both, or does not belong to
 * Slipway.
 */
export function selectedTrack(service: ClusterObject): Track | null {
  const track = fieldsOf(specOf(service).selector)['slipway/track'];
  return track === 'stable' || track === 'canary' ? track : null;
}

/** The object that has the weights; null when the number of pods or a selector decides the shares. */
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

/**
 * The route among the objects of a version, when the team keeps it in its manifests. Null when it is made elsewhere, or
 * when there is none.
 */
export function ownRoute(objects: readonly ClusterObject[], target: WorkloadTarget): ClusterObject | null {
  const ref = routeRef(target);
  return objects.find(({ kind, metadata }) => kind === ref?.kind && metadata.name === ref.metadata.name) ?? null;
}

/**
 * True when every gateway that has ever accepted the HTTPRoute reports that it accepted the current state. A gateway
 * that never accepted it does not count.
 */
export function isTakenUp({ metadata, status }: ClusterObject): boolean {
  const generation = metadata.generation ?? 0;
  return listOf(fieldsOf(status).parents).every((parent) =>
    listOf(parent.conditions).every(({ observedGeneration }) => Number(observedGeneration ?? generation) >= generation),
  );
}
