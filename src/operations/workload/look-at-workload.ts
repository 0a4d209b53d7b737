/** Looks at the present state of a workload before an order acts on it. It changes nothing. */

import { durationMs } from '../../domain/duration.ts';
import type { Route } from '../../domain/service/service-spec.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import { liveCount } from '../../domain/workload/pod-count.ts';
import { weightIn } from '../../domain/workload/route-weights.ts';
import { isObserved, isReady, isStarting, judgeHealth, wasNeverReady } from '../../domain/workload/workload-health.ts';
import { deploymentRef, isOwn, liveVersion, podLabels, versionLabel } from '../../domain/workload/workload-objects.ts';
import { frontRef, routeRef, selectedTrack } from '../../domain/workload/workload-route.ts';
import type { WorkloadSeen } from '../../domain/workload/workload-way-back.ts';
import type { Bring } from './bring-versions.ts';

export interface Looked extends WorkloadSeen {
  readonly hasCanary: boolean;
  /** True when it is certain that no pod of another version than stable has ever been ready. */
  readonly wasNeverReady: boolean;
  /** True when the Deployment with the workload's name is not Slipway's. */
  readonly isForeign: boolean;
  /** True when the status of the stable Deployment is about its present spec. */
  readonly isObserved: boolean;
  /** Why the stable Deployment is not ready; null when it is ready. */
  readonly unready: string | null;
}

type LookAt = Pick<Bring, 'ports' | 'target' | 'stored'>;

export async function lookAtWorkload({ ports, target, stored }: LookAt): Promise<Looked> {
  const { cluster, clock } = ports;
  const version = stored.record.stable;
  const labels = podLabels(target);
  const [deployment, canary, pods] = await Promise.all([
    cluster.get(deploymentRef(target, 'stable')),
    cluster.get(deploymentRef(target, 'canary')),
    cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: target.namespace, labels }),
  ]);
  const alive = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const isOn = (track: string) => (pod: ClusterObject) => pod.metadata.labels?.['slipway/track'] === track;
  const own = alive.filter(isOn('stable'));
  const isOfStable = ({ metadata }: ClusterObject) => versionLabel(metadata.labels) === version;
  const stablePods = own.filter(isOfStable);
  const counts = {
    stable: own.filter(isReady).length,
    canary: alive.filter(isOn('canary')).filter(isReady).length,
  };
  const health = deployment === null ? null : judgeHealth(deployment, stablePods);
  // A Deployment that another tool or person scaled to zero answers no calls, so stable is not in place.
  const isStableInPlace =
    deployment !== null && liveVersion(deployment) === version && own.every(isOfStable) && liveCount(deployment) > 0;
  const since = clock.now() - durationMs(target.readyWithin);
  return {
    isStableInPlace,
    isStableComing:
      isStableInPlace && (own.length < liveCount(deployment) || own.some((pod) => isStarting(pod, since))),
    stableReady: stablePods.filter(isReady).length,
    canaryReady: counts.canary,
    canaryPercent: await canaryPercent({ ports, target, stored }, counts),
    othersReady: counts.stable - stablePods.filter(isReady).length,
    wasNeverReady: wasNeverReady({
      deployments: [deployment, canary],
      pods: pods.filter((pod) => !isOfStable(pod)),
    }),
    hasCanary: canary !== null && isOwn(canary, target),
    isForeign: deployment !== null && !isOwn(deployment, target),
    isObserved: deployment === null || isObserved(deployment),
    unready: health === null || health.is === 'ready' ? null : `${health.because}.`,
  };
}

interface Ready {
  readonly stable: number;
  readonly canary: number;
}

/** The largest share by any of the routes that may have sent calls to the canary. */
async function canaryPercent(at: LookAt, ready: Ready): Promise<number> {
  const routes = [at.target.route, ...at.stored.record.routes];
  const shares = await Promise.all(routes.map((route) => percentBy(route, { at, ready })));
  return Math.max(...shares);
}

async function percentBy(
  route: Route,
  { at: { ports, target }, ready }: { readonly at: LookAt; readonly ready: Ready },
): Promise<number> {
  const ref = routeRef({ ...target, route });
  if (ref !== null) {
    const object = await ports.cluster.get(ref);
    return object === null ? 0 : (weightIn(object, target.workload) ?? 0);
  }
  const front = await ports.cluster.get(frontRef(target));
  const track = front === null ? null : selectedTrack(front);
  if (track !== null) return track === 'canary' ? 100 : 0;
  const all = ready.stable + ready.canary;
  return all === 0 ? 0 : (ready.canary / all) * 100;
}
