/**
 * Reads what is live of a workload: its record, the pods of each version, and the health of a canary. It changes
 * nothing.
 */
import type { ClusterDone, ClusterOrder } from '../../domain/orders/cluster-order.ts';
import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import { lookAtCanary, seenNamespace } from '../steps/look-at-canary.ts';
import { podsOf } from './converge-workload.ts';
import { type ClusterPorts, readRecord } from './workload-store.ts';

export async function readWorkloadStatus(
  ports: ClusterPorts,
  { target, about }: Extract<ClusterOrder, { readonly do: 'status' }>,
): Promise<ClusterDone> {
  const status = await workloadStatus(ports, target);
  if (about === undefined) return status;
  const { cluster, clock } = ports;
  const namespace = seenNamespace(cluster, target.namespace);
  return { ...status, look: await lookAtCanary(cluster, { ...about, target, namespace, now: clock.now() }) };
}

export async function workloadStatus(ports: ClusterPorts, target: WorkloadTarget): Promise<ClusterDone> {
  const { record, revision } = await readRecord(ports, target);
  return {
    do: 'status',
    ok: true,
    revision,
    stable: record.stable,
    version: record.canary,
    percent: record.canaryPercent,
    foundPercent: null,
    cleared: null,
    pods: await podsOf(ports, target),
    notes: [],
  };
}
