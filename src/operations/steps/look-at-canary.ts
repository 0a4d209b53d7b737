/**
 * Looks once at a workload during a rollout: the pods of both versions, and which of them get calls. It changes
 * nothing.
 */

import { isSlipwayError } from '../../domain/errors.ts';
import type { AboutCanary } from '../../domain/orders/cluster-order.ts';
import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { CanaryLook } from '../../domain/workload/canary-pods.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import { expectedPercent, receivedShare } from '../../domain/workload/received-share.ts';
import { isUnwell, seenPods } from '../../domain/workload/seen-pods.ts';
import { deploymentRef } from '../../domain/workload/workload-objects.ts';
import { frontRef, routeRef } from '../../domain/workload/workload-route.ts';
import type { Cluster } from '../../ports/cluster.ts';

type Objects = Pick<Cluster, 'get' | 'list'>;

/** What all workloads of a namespace share, read once for all of them. */
export interface SeenNamespace {
  pods(): Promise<readonly ClusterObject[]>;
  /** Empty when Slipway may not read the events: they only give the reason in words. */
  events(): Promise<readonly ClusterObject[]>;
}

export function seenNamespace(cluster: Objects, namespace: string): SeenNamespace {
  return {
    pods: once(() => cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace })),
    events: once(async () => {
      try {
        return await cluster.list({ apiVersion: 'v1', kind: 'Event', namespace });
      } catch (error) {
        if (isSlipwayError(error)) return [];
        throw error;
      }
    }),
  };
}

export interface LookOrder extends AboutCanary {
  readonly target: WorkloadTarget;
  readonly namespace: SeenNamespace;
  readonly now: number;
}

export async function lookAtCanary(cluster: Objects, order: LookOrder): Promise<CanaryLook> {
  const { target, stable, canary, canaryPercent, isLed, namespace, now } = order;
  const front = frontRef(target);
  const second = { ...front, metadata: { ...front.metadata, name: `${target.workload}-canary` } };
  const byWeights = routeRef(target);
  const [pods, own, forCanary, first, next, route] = await Promise.all([
    namespace.pods(),
    cluster.get(deploymentRef(target, 'stable')),
    cluster.get(deploymentRef(target, 'canary')),
    cluster.get(front),
    byWeights === null ? null : cluster.get(second),
    byWeights === null ? null : cluster.get(byWeights),
  ]);
  const deployments = [own, forCanary].filter((each) => each !== null);
  const seen = (version: string, events: readonly ClusterObject[] = []) =>
    seenPods({ workload: target.workload, version, pods, deployments, events, now });
  const found = seen(canary);
  const leading = { target, stable, canary, pods, front: first, isLed, second: next, route };
  return {
    at: now,
    canary: isUnwell(found) ? seen(canary, await namespace.events()) : found,
    stable: seen(stable),
    share: receivedShare(leading, expectedPercent(target, canaryPercent)),
  };
}

/** All callers get the same result. A failure also goes to all of them, and is not retried in the same look. */
function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}
