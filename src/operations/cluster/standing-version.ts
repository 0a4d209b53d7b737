/** Which version a workload can stand on, when the one that it should go back to may be gone. Changes nothing. */
import { countPods } from '../../domain/cluster/workload-health.ts';
import { podLabels } from '../../domain/cluster/workload-objects.ts';
import { NO_VERSION, type StoredRecord } from '../../domain/cluster/workload-record.ts';
import type { WorkloadTarget } from '../../domain/service-spec.ts';
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
 * The version to which somebody has taken the workload by hand since its last deployment went out, as kubectl rollout undo does;
 * null: it is on the one on record, or what is there may be what a deployment has left half-made.
 */
export async function versionByHand(
  ports: ClusterPorts,
  {
    target,
    found: { record, revision },
    order,
  }: {
    readonly target: WorkloadTarget;
    readonly found: StoredRecord;
    readonly order: { readonly deploymentId: string; readonly clears: readonly string[] };
  },
): Promise<string | null> {
  const { deploymentId, closed, canary, stable } = record;
  const isWhole = !closed && canary === null && ![order.deploymentId, ...order.clears].includes(deploymentId);
  if (revision === null || stable === NO_VERSION || !isWhole) return null;
  const live = await versionOn(ports, { target, track: 'stable' });
  if (live === null || live === stable) return null;
  return (await keptVersion(ports, { target, version: live })) === null ? null : live;
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
