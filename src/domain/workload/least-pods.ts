/** Changes the minimum number of pods of a workload's autoscalers, for a remediation. */
import { SlipwayError } from '../errors.ts';
import type { WorkloadTarget } from '../service/service-spec.ts';
import { type ClusterObject, objectName } from './cluster-object.ts';
import { scales, specOf } from './workload-objects.ts';

interface Least {
  readonly target: WorkloadTarget;
  readonly replicas: number;
}

/** The annotations that tell KEDA to leave the number of pods as it is. */
const PAUSED = ['autoscaling.keda.sh/paused-replicas', 'autoscaling.keda.sh/paused'];

/** KEDA's own maximum for a ScaledObject that sets none. */
const KEDA_MAX = 100;

/**
 * Returns the workload's autoscalers among the objects, ready to apply. Throws InvalidRequest when an autoscaler would
 * not act on the new minimum.
 */
export function withLeastPods(
  objects: readonly ClusterObject[],
  { target, replicas }: Least,
): readonly ClusterObject[] {
  return objects.filter((object) => scales(object, target.workload)).map((object) => withLeast(object, replicas));
}

function withLeast(autoscaler: ClusterObject, replicas: number): ClusterObject {
  const spec = specOf(autoscaler);
  if (autoscaler.kind === 'ScaledObject') {
    refusePaused(autoscaler);
    // When no trigger is active, KEDA keeps the idle number, whatever the minimum is.
    const { idleReplicaCount: _, ...active } = spec;
    const isAbove = replicas > Number(spec.maxReplicaCount ?? KEDA_MAX);
    const most = isAbove ? { maxReplicaCount: replicas } : {};
    return { ...autoscaler, spec: { ...active, minReplicaCount: replicas, ...most } };
  }
  const maxReplicas = Math.max(replicas, Number(spec.maxReplicas ?? replicas));
  return { ...autoscaler, spec: { ...spec, minReplicas: replicas, maxReplicas } };
}

function refusePaused(scaled: ClusterObject): void {
  const paused = PAUSED.find((name) => ![undefined, 'false'].includes(scaled.metadata.annotations?.[name]));
  if (paused === undefined) return;
  throw new SlipwayError(
    'InvalidRequest',
    `${objectName(scaled)} has the annotation ${paused}, so KEDA keeps the number of pods as it is. Take the annotation out, deploy, and scale again.`,
  );
}

/** Throws InvalidRequest when an autoscaler outside the version would undo the number at once. */
export function refuseUndone(autoscalers: readonly ClusterObject[], { target, replicas }: Least): void {
  for (const autoscaler of autoscalers.filter((object) => scales(object, target.workload))) {
    const { minReplicas = 1, maxReplicas } = specOf(autoscaler);
    if (replicas >= Number(minReplicas) && replicas <= Number(maxReplicas)) continue;
    throw new SlipwayError(
      'InvalidRequest',
      `${objectName(autoscaler)} keeps the number of pods between ${minReplicas} and ${maxReplicas}, and it is not in the manifests of ${target.workload}, so ${replicas} would not last. Change it there, or choose a number that it allows.`,
    );
  }
}
