/** Which version a workload can stand on, when the one that it should go back to may be gone. Changes nothing. */

import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import { countPods } from '../../domain/workload/workload-health.ts';
import { podLabels } from '../../domain/workload/workload-objects.ts';
import { NO_VERSION, type StoredRecord } from '../../domain/workload/workload-record.ts';
import { type ClusterPorts, keptVersion, versionOn } from './workload-store.ts';

interface Asked {
  readonly target: WorkloadTarget;
  readonly version: string;
}

/**
 * The version itself, where its Deployment is there or its manifests are kept; else the one that the stable Deployment has,
 * else the canary's; `none` where there is nothing.
 */
export async function standingVersion(ports: ClusterPorts, { target, version }: Asked): Promise<string> {
  if (version === NO_VERSION) return version;
  const live = await versionOn(ports, { target, track: 'stable' });
  if (live === version || (await keptVersion(ports, { target, version })) !== null) return version;
  return live ?? (await versionOn(ports, { target, track: 'canary' })) ?? NO_VERSION;
}

/**
 * The version that somebody has put in the place of the recorded one since it was promoted, by hand (`kubectl rollout undo`): its
 * pods have the calls. Null: nobody has.
 */
export async function versionByHand(
  ports: ClusterPorts,
  {
    target,
    found,
    clears,
  }: Pick<Asked, 'target'> & { readonly found: StoredRecord; readonly clears: readonly string[] },
): Promise<string | null> {
  const { stable, canary, closed, deploymentId } = found.record;
  // In mid-rollout, and on a way back, it is Slipway's own order that has not come so far yet.
  if (found.revision === null || canary !== null || closed || clears.includes(deploymentId)) return null;
  const live = await versionOn(ports, { target, track: 'stable' });
  return live === stable ? null : live;
}

/** A version beside the given one that has pods which are ready, and that can be brought whole. */
export async function otherVersion(ports: ClusterPorts, { target, version }: Asked): Promise<string | null> {
  const { namespace } = target;
  const pods = await ports.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: podLabels(target) });
  const ready = countPods(pods).filter((count) => count.version !== version && count.ready > 0);
  for (const { version: other } of ready)
    if ((await keptVersion(ports, { target, version: other })) !== null) return other;
  return null;
}
