/**
 * The way back of a workload: all calls on stable, no pod of the canary left, and the manifests of stable in force, its
 * ConfigMaps with them. It closes the deployment first, so that an order of it that is still under way stops.
 */
import type { ClusterDone, ClusterOrder } from '../../domain/cluster/cluster-order.ts';
import { deploymentRef, liveVersion } from '../../domain/cluster/workload-objects.ts';
import {
  admitHolder,
  groundOf,
  homeOf,
  NO_VERSION,
  type StoredRecord,
  type WorkloadRecord,
} from '../../domain/cluster/workload-record.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { convergeWorkload } from './converge-workload.ts';
import { type ClusterPorts, claimWorkload, readVersion } from './workload-store.ts';

export type TakeBackOrder = Extract<ClusterOrder, { readonly do: 'takeBack' }>;

export async function takeWorkloadBack(ports: ClusterPorts, order: TakeBackOrder): Promise<ClusterDone> {
  const { target, stable, canary, isCanaryBad } = order;
  // Before anything is moved: with neither its Deployment nor its manifests there is no way to that version.
  if (stable !== null && stable !== NO_VERSION && !(await isInPlace(ports, { target, version: stable })))
    await readVersion(ports, { target, version: stable });
  const stored = await claimWorkload(ports, {
    target,
    holder: order,
    closed: true,
    about: canary,
    decide(present) {
      const { record } = present;
      admitHolder(record, order);
      isNobodyElses(record, order);
      const ground = groundOf(present, order.clears);
      return { split: homeOf(stable ?? ground.stable), cleared: ground.cleared };
    },
  });
  const { pods, notes, stays } = await convergeWorkload(ports, { target, stored, way: 'back', isCanaryBad });
  if (stays !== null) return staysOnCanary(ports, { order, stored, because: stays });
  return {
    do: 'takeBack',
    ok: true,
    revision: stored.revision,
    stable: stored.record.stable,
    version: canary,
    percent: 0,
    foundPercent: canary === null ? null : stored.record.was,
    cleared: stored.record.cleared,
    pods,
    notes,
  };
}

/** The version before does not come up, so the calls stay where they are answered; the record says so, and the next deployment starts from there. */
async function staysOnCanary(
  ports: ClusterPorts,
  {
    order,
    stored,
    because,
  }: { readonly order: TakeBackOrder; readonly stored: StoredRecord; readonly because: string },
): Promise<never> {
  const { target, canary } = order;
  const { stable } = stored.record;
  await claimWorkload(ports, {
    target,
    holder: order,
    closed: true,
    about: canary,
    decide({ record }) {
      admitHolder(record, order);
      return { split: { stable, canary, canaryPercent: 100 } };
    },
  });
  throw new SlipwayError(
    'NotFound',
    `Version ${stable} of ${target.workload} does not come up, so the calls stay on version ${canary}, which is ready. ${because}`,
  );
}

async function isInPlace(
  ports: ClusterPorts,
  { target, version }: { readonly target: TakeBackOrder['target']; readonly version: string },
): Promise<boolean> {
  const live = await ports.cluster.get(deploymentRef(target, 'stable'));
  return live !== null && liveVersion(live) === version;
}

/** With a third version live, somebody else holds the workload, and it is not Slipway's to move. */
function isNobodyElses(record: WorkloadRecord, order: TakeBackOrder): void {
  const { target, stable, canary, deploymentId, clears } = order;
  // What a deployment has left whose place its own took is its to clear.
  if (stable === null || clears.includes(record.deploymentId)) return;
  const own = [stable, canary, null];
  if (own.includes(record.stable) && own.includes(record.canary)) return;
  const versions = [record.stable, record.canary].filter((version) => version !== null).join(' and ');
  throw new SlipwayError(
    'Conflict',
    `Workload ${target.workload} is on version ${versions}, put there by ${record.deploymentId}; deployment ${deploymentId} knows ${stable} and ${canary} only and changed nothing. Find out who did it, then deploy again.`,
  );
}
