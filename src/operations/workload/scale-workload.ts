/**
 * Gives a workload more or fewer pods, as a remediation. When an autoscaler controls the number, its minimum is
 * changed.
 */

import { SlipwayError } from '../../domain/errors.ts';
import type { ClusterDone, ClusterOrder } from '../../domain/orders/cluster-order.ts';
import { isFoundVersion } from '../../domain/workload/found-deployment.ts';
import { refuseUndone, withLeastPods } from '../../domain/workload/least-pods.ts';
import { withCount } from '../../domain/workload/pod-count.ts';
import { deploymentRef, trackDeployment } from '../../domain/workload/workload-objects.ts';
import { NO_VERSION } from '../../domain/workload/workload-record.ts';
import { awaitHealthy } from './await-pods.ts';
import { workloadStatus } from './read-workload-status.ts';
import { applyVersion } from './version-objects.ts';
import { type ClusterPorts, readRecord, readVersion } from './workload-store.ts';

/** The number holds until the next version is deployed, whose manifests set the number again. */
export async function scaleWorkload(
  ports: ClusterPorts,
  { target, replicas }: Extract<ClusterOrder, { readonly do: 'scale' }>,
): Promise<ClusterDone> {
  const { record } = await readRecord(ports, target);
  if (record.stable === NO_VERSION)
    throw new SlipwayError('NotFound', `Workload ${target.workload} has no version to scale. Deploy one first.`);
  const objects = await readVersion(ports, { target, version: record.stable });
  // On a version that Slipway found, every field was set by another tool.
  const force = isFoundVersion(record.stable);
  const own = withLeastPods(objects, { target, replicas });
  if (own.length > 0) {
    await ports.cluster.apply({ objects: own, force });
    await ports.cluster.scale(deploymentRef(target, 'stable'), replicas);
  } else {
    const { namespace } = target;
    const kind = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' };
    refuseUndone(await ports.cluster.list({ ...kind, namespace }), { target, replicas });
    const deployment = trackDeployment(objects, { target, version: record.stable, track: 'stable' });
    // By scale, whichever tool or person set the number last. It is also applied, so that Slipway is recorded as its
    // owner.
    await ports.cluster.scale(deploymentRef(target, 'stable'), replicas);
    await applyVersion(ports, { target, force, objects: [withCount(deployment, { replicas, byScale: true })] });
  }
  await awaitHealthy(ports, { target, track: 'stable', version: record.stable, guard: async () => {} });
  return { ...(await workloadStatus(ports, target)), do: 'scale' };
}
