/**
 * Looks at the workloads of many rollouts, with one list of pods for all workloads of a namespace. Without a look, because the
 * cluster does not answer or no function reaches it, the judge step asks a task on the cluster.
 */

import type { Deployment } from '../../domain/deployment/deployment.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { type CanaryOnCluster, canaryOnCluster } from '../../domain/orders/cluster-order.ts';
import type { CanaryLook } from '../../domain/workload/canary-pods.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Clusters, ReachedCluster } from '../../ports/clusters.ts';
import type { Recorded } from '../../ports/deployments.ts';
import { lookAtCanary, type SeenNamespace, seenNamespace } from '../steps/look-at-canary.ts';

export interface LookAtClustersPorts {
  readonly clusters: Clusters;
}

/** By deployment id; without the workloads that could not be looked at. */
export type ClusterLooks = ReadonlyMap<string, CanaryLook>;

interface Due extends CanaryOnCluster {
  readonly id: string;
}

/**
 * Looks at the canaries that have calls while no task of Slipway works on them: pods that a task has just ordered cannot be
 * ready yet. A rollout without calls on its canary costs no request.
 */
export async function lookAtClusters(
  { clusters }: LookAtClustersPorts,
  { inFlight, now }: { readonly inFlight: readonly Recorded[]; readonly now: number },
): Promise<ClusterLooks> {
  const due = inFlight.flatMap(dueFor);
  const looks = await Promise.all(
    [...groupedBy(due, ({ target }) => target.cluster)].map(async ([name, all]): Promise<[string, CanaryLook][]> => {
      const cluster = await reached(clusters, name);
      return cluster === null ? [] : lookAtAll(cluster, { all, now });
    }),
  );
  return new Map(looks.flat());
}

/** A look at one canary. Null when it has no calls on a cluster, or when the cluster does not answer or cannot be reached from here. */
export async function lookAtOne(
  { clusters, clock }: LookAtClustersPorts & { readonly clock: Clock },
  deployment: Deployment,
): Promise<CanaryLook | null> {
  const found = canaryOnCluster(deployment);
  const cluster = found === null ? null : await reached(clusters, found.target.cluster);
  if (found === null || cluster === null) return null;
  const { id } = deployment;
  const looks = await lookAtAll(cluster, { all: [{ id, ...found }], now: clock.now() });
  return looks[0]?.[1] ?? null;
}

/** Null when the cluster cannot be reached from here, or when its registration cannot be read now. */
async function reached(clusters: Clusters, name: string): Promise<ReachedCluster | null> {
  try {
    return await clusters.reach(name);
  } catch (error) {
    if (isSlipwayError(error)) return null;
    throw error;
  }
}

function dueFor({ deployment, waitToken }: Recorded): readonly Due[] {
  const { id, signal, status } = deployment;
  const found = canaryOnCluster(deployment);
  if (found === null) return [];
  const isWaiting = waitToken !== null && signal === null && status !== 'rollingBack';
  return isWaiting ? [{ id, ...found }] : [];
}

async function lookAtAll(
  cluster: ReachedCluster,
  { all, now }: { readonly all: readonly Due[]; readonly now: number },
): Promise<[string, CanaryLook][]> {
  const namespaces = new Map<string, SeenNamespace>();
  const looks = all.map(async ({ id, target, about }): Promise<[string, CanaryLook][]> => {
    const namespace = namespaces.get(target.namespace) ?? seenNamespace(cluster, target.namespace);
    namespaces.set(target.namespace, namespace);
    try {
      return [[id, await lookAtCanary(cluster, { ...about, target, namespace, now })]];
    } catch (error) {
      if (isSlipwayError(error)) return [];
      throw error;
    }
  });
  return (await Promise.all(looks)).flat();
}

function groupedBy<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
