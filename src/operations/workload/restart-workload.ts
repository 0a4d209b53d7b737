/** Replaces the pods of a workload one by one, with the same version: a remediation. One order restarts once. */

import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { ClusterDone, ClusterOrder } from '../../domain/orders/cluster-order.ts';
import { objectName } from '../../domain/workload/cluster-object.ts';
import { deploymentRef, fieldsOf, specOf, templateOf } from '../../domain/workload/workload-objects.ts';
import { awaitHealthy } from './await-pods.ts';
import { workloadStatus } from './read-workload-status.ts';
import { type ClusterPorts, readRecord } from './workload-store.ts';

/** The annotation by which `kubectl rollout restart` does the same. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
const TRIES = 5;

export async function restartWorkload(
  ports: ClusterPorts,
  { target, at }: Extract<ClusterOrder, { readonly do: 'restart' }>,
): Promise<ClusterDone> {
  const { record } = await readRecord(ports, target);
  const ref = deploymentRef(target, 'stable');
  for (let tries = 0; tries < TRIES; tries += 1) {
    const live = await ports.cluster.get(ref);
    if (live === null)
      throw new SlipwayError('NotFound', `There is no ${objectName(ref)} to restart. Deploy a version first.`);
    const template = templateOf(live);
    const metadata = fieldsOf(template.metadata);
    const annotations = { ...fieldsOf(metadata.annotations), [RESTARTED_AT]: new Date(at).toISOString() };
    const restarted = {
      ...live,
      spec: { ...specOf(live), template: { ...template, metadata: { ...metadata, annotations } } },
    };
    try {
      await ports.cluster.replace(restarted);
      break;
    } catch (error) {
      // The status of a Deployment changes all the time, and its resourceVersion with it.
      if (!isSlipwayError(error, 'Conflict') || tries === TRIES - 1) throw error;
    }
  }
  await awaitHealthy(ports, { target, track: 'stable', version: record.stable, guard: async () => {} });
  return { ...(await workloadStatus(ports, target)), do: 'restart' };
}
