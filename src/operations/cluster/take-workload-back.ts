/**
 * The way back of a workload: all calls on stable, no pod of the canary left, and the manifests of stable in force, its
 * ConfigMaps with them. It closes the deployment first, so that an order of it that is still under way stops.
 */
import type { ClusterDone, ClusterOrder } from '../../domain/cluster/cluster-order.ts';
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
import { otherVersion, standingVersion } from './standing-version.ts';
import { type ClusterPorts, claimWorkload, readRecord } from './workload-store.ts';

export type TakeBackOrder = Extract<ClusterOrder, { readonly do: 'takeBack' }>;

export async function takeWorkloadBack(ports: ClusterPorts, order: TakeBackOrder): Promise<ClusterDone> {
  const { target, canary, isCanaryBad } = order;
  const wanted = homeIn(await readRecord(ports, target), order);
  const home = await standingVersion(ports, { target, version: wanted });
  const stored = await claimHome(ports, { order, wanted, home });
  const { pods, notes, stays } = await convergeWorkload(ports, { target, stored, way: 'back', isCanaryBad });
  if (stays !== null) throw await staysElsewhere(ports, { order, wanted, because: stays });
  if (home !== wanted) throw lostWay(order, { wanted, home });
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

function homeIn(present: StoredRecord, { stable, clears }: TakeBackOrder): string {
  return stable ?? groundOf(present, clears).stable;
}

/** Closes the deployment, and puts down where the calls are to go: where it should be, or where alone they can. */
function claimHome(
  ports: ClusterPorts,
  { order, wanted, home }: { readonly order: TakeBackOrder; readonly wanted: string; readonly home: string },
): Promise<StoredRecord> {
  const { target, canary } = order;
  return claimWorkload(ports, {
    target,
    holder: order,
    closed: true,
    about: canary,
    decide(present) {
      const { record } = present;
      admitHolder(record, order);
      isNobodyElses(record, order);
      const asked = homeIn(present, order);
      return { split: homeOf(asked === wanted ? home : asked), cleared: groundOf(present, order.clears).cleared };
    },
  });
}

/** The version before does not come up, so the calls stay where they are answered, and that version is made the stable one. */
async function staysElsewhere(
  ports: ClusterPorts,
  { order, wanted, because }: { readonly order: TakeBackOrder; readonly wanted: string; readonly because: string },
): Promise<SlipwayError> {
  const { target } = order;
  const home = (await otherVersion(ports, { target, version: wanted })) ?? wanted;
  const stored = await claimHome(ports, { order, wanted, home });
  await convergeWorkload(ports, { target, stored, way: 'back' });
  return new SlipwayError(
    'NotFound',
    `Version ${wanted} of ${target.workload} does not come up, so the calls stay on version ${home}. ${because}`,
  );
}

function lostWay(
  { target }: TakeBackOrder,
  { wanted, home }: { readonly wanted: string; readonly home: string },
): SlipwayError {
  const left = home === NO_VERSION ? 'No other version is there.' : `The calls are on version ${home}.`;
  return new SlipwayError(
    'NotFound',
    `Of version ${wanted} of ${target.workload}, neither the Deployment nor the manifests are left in namespace ${target.namespace}. ${left}`,
  );
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
