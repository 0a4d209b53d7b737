/**
 * Checks whether the namespace accepts the pods of a version. Quotas, LimitRanges, Pod Security and admission rules
 * refuse a pod, but not the Deployment that orders it. The check is a dry run where Slipway may create pods; Slipway
 * does not need that permission.
 */

import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { Permission } from '../../domain/workload/cluster-call.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import { triedPod } from '../../domain/workload/tried-pod.ts';
import { podLabels } from '../../domain/workload/workload-objects.ts';
import type { ClusterPorts } from './workload-store.ts';

const TO_TRY: readonly Permission[] = [
  { verb: 'create', resource: 'pods' },
  { verb: 'patch', resource: 'pods' },
];

interface LetInOrder {
  readonly target: WorkloadTarget;
  readonly objects: readonly ClusterObject[];
  /** Pods of a Deployment that becomes the workload's own. */
  readonly own?: readonly ClusterObject[] | undefined;
}

/** Throws InvalidRequest with the reason when the namespace would accept no pod of the version. */
export async function requireAdmittedPods(
  { cluster }: ClusterPorts,
  { target, objects, own = [] }: LetInOrder,
): Promise<void> {
  const { namespace, workload } = target;
  const pod = triedPod(objects);
  if (pod === null || (await cluster.denied(namespace, TO_TRY)).length > 0) return;
  try {
    await cluster.apply({ objects: [pod], dryRun: true });
  } catch (error) {
    if (!isSlipwayError(error, 'InvalidRequest')) throw error;
    const present = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: podLabels(target) });
    // Existing pods may make room for the new ones.
    if (present.length + own.length > 0 && error.message.includes('exceeded quota')) return;
    throw new SlipwayError(
      'InvalidRequest',
      `Namespace ${namespace} would let no pod of ${workload} in. ${error.message}`,
      { cause: error },
    );
  }
}
