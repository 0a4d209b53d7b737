/**
 * Handles the first Service while pods of two versions are behind it. A version may select labels that only its own
 * pods carry. Until no other pods are left, the Service selects labels that all of them have.
 */

import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import { isSelector, labelsForBoth, selecting, teamSelector } from '../../domain/workload/first-service.ts';
import { type Labels, podLabels } from '../../domain/workload/workload-objects.ts';
import type { ClusterPorts } from './workload-store.ts';

interface Bridged {
  /** The objects as they can be applied now. */
  readonly objects: readonly ClusterObject[];
  /** The Service to apply when only pods of the version are left; null when the Service is already as it should be. */
  readonly later: ClusterObject | null;
}

export async function bridgedService(
  ports: Pick<ClusterPorts, 'cluster'>,
  { target, objects }: { readonly target: WorkloadTarget; readonly objects: readonly ClusterObject[] },
): Promise<Bridged> {
  const own = firstService(objects, target);
  if (own === undefined) return { objects, later: null };
  const labels = await labelsNow(ports, { target, service: own });
  if (isSelector(teamSelector(own), labels)) return { objects, later: null };
  return { objects: objects.map((object) => (object === own ? selecting(own, labels) : object)), later: own };
}

/**
 * The labels by which the first Service selects before a version is tried behind it; null when the manifests have no
 * such Service.
 */
export async function bridgedLabels(
  ports: Pick<ClusterPorts, 'cluster'>,
  { target, objects }: { readonly target: WorkloadTarget; readonly objects: readonly ClusterObject[] },
): Promise<Labels | null> {
  const own = firstService(objects, target);
  return own === undefined ? null : labelsNow(ports, { target, service: own });
}

function firstService(objects: readonly ClusterObject[], { workload }: WorkloadTarget): ClusterObject | undefined {
  return objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === workload);
}

async function labelsNow(
  { cluster }: Pick<ClusterPorts, 'cluster'>,
  { target, service }: { readonly target: WorkloadTarget; readonly service: ClusterObject },
): Promise<Labels> {
  const { namespace } = target;
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: podLabels(target) });
  return labelsForBoth(service, {
    target,
    pods: pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined),
  });
}
