/** Finds which version a workload can run when the version to roll back to may be gone. It changes nothing. */

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
 * Returns the version itself when its Deployment exists or its manifests are stored. Otherwise returns the version of
 * the stable Deployment, or else the canary's; `none` when there is nothing.
 */
export async function usableVersion(ports: ClusterPorts, { target, version }: Asked): Promise<string> {
  if (version === NO_VERSION) return version;
  const live = await versionOn(ports, { target, track: 'stable' });
  if (live === version || (await keptVersion(ports, { target, version })) !== null) return version;
  return live ?? (await versionOn(ports, { target, track: 'canary' })) ?? NO_VERSION;
}

/**
 * Returns the version that a person has put live by hand (`kubectl rollout undo`) since the recorded version was
 * promoted: its pods have the calls. Returns null when there is none.
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
  // During a rollout or a rollback, the difference comes from Slipway's own order, which has not finished yet.
  if (found.revision === null || canary !== null || closed || clears.includes(deploymentId)) return null;
  const live = await versionOn(ports, { target, track: 'stable' });
  return live === stable ? null : live;
}

/**
 * Returns another version than the given one that has ready pods and whose manifests are stored; null when there is
 * none.
 */
export async function otherVersion(ports: ClusterPorts, { target, version }: Asked): Promise<string | null> {
  const { namespace } = target;
  const pods = await ports.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: podLabels(target) });
  const ready = countPods(pods).filter((count) => count.version !== version && count.ready > 0);
  for (const { version: other } of ready)
    if ((await keptVersion(ports, { target, version: other })) !== null) return other;
  return null;
}
