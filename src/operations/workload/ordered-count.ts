/**
 * Decides how many pods the next apply of the stable Deployment asks for, or that it leaves the number to the tool that
 * sets it.
 */

import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import {
  type CountFacts,
  type CountOrder,
  countOrder,
  liveCount,
  saysItsCount,
} from '../../domain/workload/pod-count.ts';
import {
  deploymentRef,
  isAutoscaled,
  liveVersion,
  ownReplicas,
  replicasOf,
} from '../../domain/workload/workload-objects.ts';
import { type ClusterPorts, findVersion } from './workload-store.ts';

export interface Counted {
  readonly count: CountOrder;
  readonly facts: CountFacts;
}

/** Looks at the Deployment and at the autoscalers on the cluster. It changes nothing. */
export async function orderedCount(
  ports: Pick<ClusterPorts, 'cluster'>,
  { target, objects }: { readonly target: WorkloadTarget; readonly objects: readonly ClusterObject[] },
): Promise<Counted> {
  const { namespace } = target;
  const [live, autoscalers] = await Promise.all([
    ports.cluster.get(deploymentRef(target, 'stable')),
    ports.cluster.list({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace }),
  ]);
  const facts: CountFacts = {
    live,
    wanted: replicasOf(objects, target),
    isOpen: isOpen(objects, target),
    isScaledNow: isAutoscaled(autoscalers, target),
    was: await saidBefore(ports, { target, live }),
  };
  return { count: countOrder(facts), facts };
}

/**
 * Returns the number for a dry run. When the number will be changed by a scale before the apply, the dry run uses the
 * live number and meets no conflict.
 */
export function triedCount({ count, facts: { live } }: Counted): CountOrder {
  return 'byScale' in count && live !== null ? { replicas: liveCount(live) } : count;
}

function isOpen(objects: readonly ClusterObject[], target: WorkloadTarget): boolean {
  return isAutoscaled(objects, target) || ownReplicas(objects) === null;
}

/** For a Deployment that was applied before Slipway noted the number on it. */
async function saidBefore(
  ports: Pick<ClusterPorts, 'cluster'>,
  { target, live }: { readonly target: WorkloadTarget; readonly live: ClusterObject | null },
): Promise<number | null | undefined> {
  if (live === null || saysItsCount(live)) return undefined;
  const version = liveVersion(live);
  const objects = version === null ? null : await findVersion(ports, { target, version });
  if (objects === null) return undefined;
  return isOpen(objects, target) ? null : ownReplicas(objects);
}
