/**
 * Every change of the record of a workload, by any writer. The checkers of the invariants use this history on a
 * cluster.
 */

import type { KubernetesTarget } from '../../domain/service/service-spec.ts';
import { NO_VERSION, recordRef, shareOf, type WorkloadRecord } from '../../domain/workload/workload-record.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SimulatedCluster } from '../cluster/simulated-cluster.ts';

export interface RecordChange {
  readonly at: number;
  readonly target: KubernetesTarget;
  readonly record: WorkloadRecord;
}

export function workloadHistory({ cluster, clock }: { cluster: SimulatedCluster; clock: Clock }) {
  const changes: RecordChange[] = [];
  const targets = new Map<string, KubernetesTarget>();
  cluster.onChange(({ kind, namespace, name }) => {
    const target = kind === 'ConfigMap' ? targets.get(`${namespace}/${name}`) : undefined;
    const record = target === undefined ? null : recordOf(cluster, target);
    if (target !== undefined && record !== null) changes.push({ at: clock.now(), target, record });
  });
  return {
    watch(target: KubernetesTarget): void {
      targets.set(`${target.namespace}/${recordRef(target).metadata.name}`, target);
    },
    record: (target: KubernetesTarget) => recordOf(cluster, target),
    list: (): readonly RecordChange[] => changes,
  };
}

function recordOf(cluster: SimulatedCluster, target: KubernetesTarget): WorkloadRecord | null {
  const found = cluster.find(recordRef(target));
  if (found === undefined) return null;
  return JSON.parse((found.data as { readonly record: string }).record) as WorkloadRecord;
}

/** The share of the calls by version, in percent, as the record wants it. */
export function wantedShares(record: WorkloadRecord): ReadonlyMap<string, number> {
  const versions = [record.stable, record.canary ?? NO_VERSION].filter((version) => version !== NO_VERSION);
  return new Map(
    versions
      .map((version): [string, number] => [version, shareOf(record, version)])
      .filter(([, percent]) => percent > 0),
  );
}
