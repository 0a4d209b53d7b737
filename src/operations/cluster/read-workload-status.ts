/** What of a workload is live: its record, and the pods of each version. Changes nothing. */
import type { ClusterDone, ClusterOrder } from '../../domain/cluster/cluster-order.ts';
import type { WorkloadTarget } from '../../domain/service-spec.ts';
import { podsOf } from './converge-workload.ts';
import { type ClusterPorts, readRecord } from './workload-store.ts';

export function readWorkloadStatus(
  ports: ClusterPorts,
  { target }: Extract<ClusterOrder, { readonly do: 'status' }>,
): Promise<ClusterDone> {
  return workloadStatus(ports, target);
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
