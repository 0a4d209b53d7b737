/** Other workloads of a namespace, and what their versions are made of: two services may deploy out of one folder. */
import type { ClusterObject, ObjectRef } from '../../domain/cluster/cluster-object.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service-spec.ts';
import { type ClusterPorts, findVersion, recordIn } from './workload-store.ts';

/** Of those that are live, tried, or the one before. Null: it cannot be read, and nobody knows what they need. */
export async function neededByOthers(
  ports: Pick<ClusterPorts, 'cluster'>,
  target: WorkloadTarget,
): Promise<readonly ObjectRef[] | null> {
  const stored = await recordsIn(ports, target);
  const others = stored.filter((object) => workloadOf(object) !== target.workload);
  try {
    const needed = others.map(async (object) => {
      const workload = workloadOf(object);
      const { stable, canary, before } = recordIn(object);
      const versions = new Set([stable, canary ?? stable, before]);
      const read = [...versions].map((version) => findVersion(ports, { target: { ...target, workload }, version }));
      return (await Promise.all(read)).flatMap((objects) => objects ?? []);
    });
    return (await Promise.all(needed)).flat();
  } catch (error) {
    if (isSlipwayError(error, 'Broken')) return null;
    throw error;
  }
}

/** All that Slipway deploys into the namespace, the workload itself among them. */
export async function workloadsBeside(
  ports: Pick<ClusterPorts, 'cluster'>,
  target: WorkloadTarget,
): Promise<readonly string[]> {
  return [...new Set([target.workload, ...(await recordsIn(ports, target)).map(workloadOf)])];
}

function recordsIn({ cluster }: Pick<ClusterPorts, 'cluster'>, { namespace }: WorkloadTarget) {
  return cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, labels: { 'slipway/holds': 'record' } });
}

function workloadOf({ metadata }: ClusterObject): string {
  return metadata.labels?.['slipway/workload'] ?? '';
}
