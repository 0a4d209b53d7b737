/**
 * Checks whether another tool manages the objects that Slipway changes on a cluster, and would undo those changes. It
 * changes nothing.
 */

import { isSlipwayError } from '../../domain/errors.ts';
import { type Finding, warning } from '../../domain/preflight/finding.ts';
import type { KubernetesTarget, WorkloadTarget } from '../../domain/service/service-spec.ts';
import { targetName } from '../../domain/service/target.ts';
import type { ObjectRef } from '../../domain/workload/cluster-object.ts';
import { managedByTool } from '../../domain/workload/managing-tool.ts';
import { deploymentRef } from '../../domain/workload/workload-objects.ts';
import { frontRef, routeRef } from '../../domain/workload/workload-route.ts';
import type { Clusters, ReachedCluster } from '../../ports/clusters.ts';

/** Finds nothing when functions cannot reach the cluster: then the first task of each deployment reports the tools. */
export async function checkOtherTools(
  { clusters }: { readonly clusters: Clusters },
  target: KubernetesTarget,
): Promise<readonly Finding[]> {
  const reached = await clusters.reach(target.cluster).catch(unread);
  if (reached === null) return [];
  const said = await otherToolsNotes(reached, target);
  return said.map((detail) => warning('managedByOthers', { subject: targetName(target), detail }));
}

/** In words: the tool, what it does, and how to configure it. */
export async function otherToolsNotes(
  cluster: Pick<ReachedCluster, 'get'>,
  target: WorkloadTarget,
): Promise<readonly string[]> {
  const refs = [routeRef(target), frontRef(target), deploymentRef(target, 'stable')];
  const found = await Promise.all(refs.map((ref) => readable(cluster, ref)));
  return found.flatMap((object) => (object === null ? [] : (managedByTool(object) ?? [])));
}

async function readable(cluster: Pick<ReachedCluster, 'get'>, ref: ObjectRef | null) {
  return ref === null ? null : cluster.get(ref).catch(unread);
}

/** An object that cannot be read tells nothing about its owner, and no deployment fails because of that. */
function unread(error: unknown): null {
  if (!isSlipwayError(error)) throw error;
  return null;
}
