/** Replaces the pods of a workload one by one with the same version, as a remediation. One order restarts once. */

import { SlipwayError } from '../../domain/errors.ts';
import type { ClusterDone, ClusterOrder } from '../../domain/orders/cluster-order.ts';
import { type ClusterObject, objectName } from '../../domain/workload/cluster-object.ts';
import { deploymentRef, fieldsOf, specOf, templateOf } from '../../domain/workload/workload-objects.ts';
import { awaitHealthy } from './await-pods.ts';
import { workloadStatus } from './read-workload-status.ts';
import { replaceAsRead } from './replace-as-read.ts';
import { type ClusterPorts, readRecord } from './workload-store.ts';

/** The annotation by which `kubectl rollout restart` does the same. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
/** The status of a Deployment changes all the time, and its resourceVersion with it. */
const TRIES = 5;

export async function restartWorkload(
  ports: ClusterPorts,
  { target, at }: Extract<ClusterOrder, { readonly do: 'restart' }>,
): Promise<ClusterDone> {
  const { record } = await readRecord(ports, target);
  const ref = deploymentRef(target, 'stable');
  const live = await replaceAsRead(ports, { ref, change: (found) => restarted(found, at), tries: TRIES });
  if (live === null)
    throw new SlipwayError('NotFound', `There is no ${objectName(ref)} to restart. Deploy a version first.`);
  await awaitHealthy(ports, { target, track: 'stable', version: record.stable, guard: async () => {} });
  return { ...(await workloadStatus(ports, target)), do: 'restart' };
}

function restarted(live: ClusterObject, at: number): ClusterObject {
  const template = templateOf(live);
  const metadata = fieldsOf(template.metadata);
  const annotations = { ...fieldsOf(metadata.annotations), [RESTARTED_AT]: new Date(at).toISOString() };
  return { ...live, spec: { ...specOf(live), template: { ...template, metadata: { ...metadata, annotations } } } };
}
