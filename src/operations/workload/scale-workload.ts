/** Gives a workload more or fewer pods: a remediation. Where an autoscaler governs it, the least that it may set is changed. */

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

/** It holds until the next version is deployed, whose manifests say anew how many pods there are. */
export async function scaleWorkload(
  ports: ClusterPorts,
  { target, replicas }: Extract<ClusterOrder, { readonly do: 'scale' }>,
): Promise<ClusterDone> {
  const { record } = await readRecord(ports, target);
  if (record.stable === NO_VERSION)
    throw new SlipwayError('NotFound', `Workload ${target.workload} has no version to scale. Deploy one first.`);
  const objects = await readVersion(ports, { target, version: record.stable });
  // Of a version that Slipway found, another tool has set every field.
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
    // By scale, whoever has set the number last; applied too, so that it is known to be Slipway's.
    await ports.cluster.scale(deploymentRef(target, 'stable'), replicas);
    await applyVersion(ports, { target, force, objects: [withCount(deployment, { replicas, byScale: true })] });
  }
  await awaitHealthy(ports, { target, track: 'stable', version: record.stable, guard: async () => {} });
  return { ...(await workloadStatus(ports, target)), do: 'scale' };
}
