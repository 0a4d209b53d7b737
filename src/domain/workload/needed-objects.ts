/**
 * What the other workloads of a namespace need of the objects that a version brought. A folder for several services
 * brings some of its objects with each service. Such an object stays while a version of any of these services needs it.
 * Pure.
 */
import type { Route } from '../service/service-spec.ts';
import type { ClusterObject, ObjectRef } from './cluster-object.ts';
import { isQuiet, isSame } from './objects-ahead.ts';
import { isNamedInPods } from './workload-part.ts';
import { frontRef, routeRef } from './workload-route.ts';

export interface NeededVersion {
  readonly objects: readonly ClusterObject[];
  /**
   * * `live`: callers or pods use all of it.
   * * `tried`: a canary has it.
   * * `before`: a person may roll back to it by hand.
   */
  readonly as: 'live' | 'tried' | 'before';
}

export interface OtherWorkload {
  readonly namespace: string;
  readonly workload: string;
  /** The routes that may lead its calls. */
  readonly routes: readonly Route[];
  readonly versions: readonly NeededVersion[];
}

export interface Needs {
  readonly workloads: readonly OtherWorkload[];
  /** The specs of all pods and pod templates in the namespace, by any owner. */
  readonly pods: readonly unknown[];
}

/** True when a workload or a pod needs the object, so that it must not be removed. */
export function isNeeded(object: ClusterObject, { workloads, pods }: Needs): boolean {
  return isNamedInPods(object, pods) || workloads.some((workload) => needs(workload, object));
}

/** The objects that the other workloads' pods and callers need. A Job is left out, because it would run again. */
export function requiredObjects({ workloads }: Needs): readonly ClusterObject[] {
  return workloads
    .flatMap(({ versions }) => versions)
    .flatMap(({ as, objects }) => (as === 'live' ? objects : as === 'tried' ? objects.filter(isQuiet) : []))
    .filter(({ kind }) => kind !== 'Job' && kind !== 'Deployment');
}

function needs(other: OtherWorkload, object: ClusterObject): boolean {
  if (leadingRefs(other).some((ref) => isSame(ref, object))) return true;
  // Of a version before, only what its pods would need to start again.
  return other.versions.some(
    ({ as, objects }) => (as !== 'before' || isQuiet(object)) && objects.some((own) => isSame(own, object)),
  );
}

/** The objects that lead calls to a workload. */
function leadingRefs({ namespace, workload, routes }: OtherWorkload): readonly ObjectRef[] {
  const front = frontRef({ namespace, workload });
  const services = ['', '-canary', '-preview'].map((end) => ({
    ...front,
    metadata: { name: `${workload}${end}`, namespace },
  }));
  return [...services, ...routes.flatMap((route) => routeRef({ route, namespace }) ?? [])];
}
