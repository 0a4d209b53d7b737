/**
 * Rolls back a workload: all calls on stable, no pod of the canary left, and the manifests of stable with their
 * ConfigMaps in force. It first closes the deployment in the record, so that an order of the deployment that is still
 * at work stops.
 */

import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { CallsLeft, ClusterDone, TakeBackOrder } from '../../domain/orders/cluster-order.ts';
import { isFoundVersion } from '../../domain/workload/found-deployment.ts';
import {
  admitHolder,
  groundOf,
  homeOf,
  NO_VERSION,
  type StoredRecord,
  shareOf,
  type WorkloadRecord,
} from '../../domain/workload/workload-record.ts';
import { adoptDeployment } from './adopt-deployment.ts';
import type { Guard } from './await-pods.ts';
import { type Converged, convergeWorkload } from './converge-workload.ts';
import { otherVersion, usableVersion } from './usable-version.ts';
import { type ClusterPorts, claimWorkload, readRecord } from './workload-store.ts';

export async function takeWorkloadBack(ports: ClusterPorts, order: TakeBackOrder): Promise<ClusterDone> {
  const { target, canary } = order;
  const present = await readRecord(ports, target);
  const wanted = homeIn(present, order);
  const home = await usableVersion(ports, { target, version: wanted });
  if (home === wanted && hasStayed(present, { order, wanted }))
    throw await stillElsewhere(ports, { order, wanted, stored: present });
  const { foundPercent, went } = await goHome(ports, { order, wanted, home });
  const { pods, notes, stays, stored, wasNeverReady } = went;
  if (stays !== null) throw await staysElsewhere(ports, { order, wanted, foundPercent, because: stays });
  if (stored.record.stable !== wanted) throw lostWay(order, { wanted, stored, foundPercent });
  return {
    do: 'takeBack',
    ok: true,
    // The revision that an earlier order of the same rollback reported to the ledger, before the accusation.
    revision: stored.record.accused?.after ?? stored.revision,
    stable: stored.record.stable,
    version: canary,
    percent: 0,
    foundPercent,
    cleared: stored.record.cleared,
    pods,
    notes,
    wasNeverReady,
  };
}

interface Wanted {
  readonly order: TakeBackOrder;
  readonly wanted: string;
}

interface WentHome {
  /** The share of the order's canary before the rollback; null when the order names no canary. */
  readonly foundPercent: number | null;
  readonly went: Converged;
}

async function goHome(
  ports: ClusterPorts,
  { order, wanted, home }: Wanted & { readonly home: string },
): Promise<WentHome> {
  const { target, canary } = order;
  const stored = await claimHome(ports, { order, wanted, home });
  const foundPercent = canary === null ? null : stored.record.was;
  // The plan that had to adopt the Deployment may have crashed before its end.
  if (isFoundVersion(home)) await adoptDeployment(ports, { ...order, version: home, guard: holdsStill(ports, order) });
  try {
    return { foundPercent, went: await converge(ports, { order, wanted, stored }) };
  } catch (error) {
    // The version may be gone since the search: a task of this deployment was still at work on its Deployment.
    const left = isSlipwayError(error, 'NotFound') ? await usableVersion(ports, { target, version: home }) : home;
    if (left === home) throw error;
    const again = await claimHome(ports, { order, wanted, home: left });
    return { foundPercent, went: await converge(ports, { order, wanted, stored: again }) };
  }
}

function holdsStill(ports: ClusterPorts, order: TakeBackOrder): Guard {
  return async () => admitHolder((await readRecord(ports, order.target)).record, order);
}

/**
 * Does not wait for the pods of a version that only replaces the missing one. It was not chosen by a person, and the
 * next deployment must be able to start.
 */
function converge(
  ports: ClusterPorts,
  { order, wanted, stored }: Wanted & { readonly stored: StoredRecord },
): Promise<Converged> {
  const { target } = order;
  return convergeWorkload(ports, { target, stored, way: 'back', waits: stored.record.stable === wanted });
}

function homeIn(present: StoredRecord, { stable, clears }: TakeBackOrder): string {
  return stable ?? groundOf(present, clears).stable;
}

/**
 * Closes the deployment, and records where the calls have to go: to the version before, or to the only version that can
 * take them.
 */
function claimHome(
  ports: ClusterPorts,
  { order, wanted, home }: { readonly order: TakeBackOrder; readonly wanted: string; readonly home: string },
): Promise<StoredRecord> {
  const { target, canary, isCanaryBad } = order;
  return claimWorkload(ports, {
    target,
    holder: order,
    closed: true,
    about: canary,
    isCanaryBad,
    decide(present) {
      const { record } = present;
      admitHolder(record, order);
      refuseThirdVersion(record, order);
      const asked = homeIn(present, order);
      return { split: homeOf(asked === wanted ? home : asked), cleared: groundOf(present, order.clears).cleared };
    },
  });
}

interface Unfound extends Wanted {
  readonly foundPercent: number | null;
}

interface Stayed {
  readonly stored: StoredRecord;
  readonly because: string;
}

/**
 * An earlier order of this rollback found that the version before does not become ready, and the ledger may already
 * know. New evidence against the canary starts the rollback again.
 */
function hasStayed({ record }: StoredRecord, { order, wanted }: Wanted): boolean {
  const isOwn = record.closed && record.deploymentId === order.deploymentId && record.canary === null;
  const isNews = order.isCanaryBad && record.accused === null;
  return isOwn && order.stable !== null && record.stable !== wanted && !isNews;
}

async function stillElsewhere(
  ports: ClusterPorts,
  { order, wanted, stored: present }: Wanted & { readonly stored: StoredRecord },
): Promise<SlipwayError> {
  const { target } = order;
  const { stored } = await convergeWorkload(ports, { target, stored: present, way: 'back' });
  return stayed(order, {
    wanted,
    stored,
    foundPercent: order.canary === null ? null : present.record.was,
    because: '',
  });
}

/**
 * The version before does not become ready. So the calls stay on the version that answers them, and that version
 * becomes stable.
 */
async function staysElsewhere(
  ports: ClusterPorts,
  { order, wanted, foundPercent, because }: Unfound & { readonly because: string },
): Promise<SlipwayError> {
  const { target } = order;
  const home = (await otherVersion(ports, { target, version: wanted })) ?? wanted;
  const claimed = await claimHome(ports, { order, wanted, home });
  const { stored } = await convergeWorkload(ports, { target, stored: claimed, way: 'back' });
  return stayed(order, { wanted, stored, foundPercent, because });
}

function stayed(
  order: TakeBackOrder,
  { wanted, stored, foundPercent, because }: Omit<Unfound, 'order'> & Stayed,
): SlipwayError {
  const { stable: home, accused } = stored.record;
  const fact = `Version ${wanted} of ${order.target.workload} does not come up, so the calls stay on version ${home}.`;
  return new SlipwayError('NotFound', `${fact} ${because}`.trim(), {
    details: { left: callsLeft(order, { stored, foundPercent, stays: accused === null }) },
  });
}

function lostWay(
  order: TakeBackOrder,
  { wanted, stored, foundPercent }: Omit<Unfound, 'order'> & { readonly stored: StoredRecord },
): SlipwayError {
  const { workload, namespace } = order.target;
  const { stable: home } = stored.record;
  const left = home === NO_VERSION ? 'No other version is there.' : `The calls are on version ${home}.`;
  return new SlipwayError(
    'NotFound',
    `Of version ${wanted} of ${workload}, neither the Deployment nor the manifests are left in namespace ${namespace}. ${left}`,
    { details: { left: callsLeft(order, { stored, foundPercent, stays: false }) } },
  );
}

function callsLeft(
  { canary }: TakeBackOrder,
  {
    stored: { record, revision },
    ...found
  }: Pick<CallsLeft, 'foundPercent' | 'stays'> & { readonly stored: StoredRecord },
): CallsLeft {
  const { stable, cleared } = record;
  return {
    ...found,
    revision: revision ?? '',
    stable,
    cleared,
    percent: canary === null ? 0 : shareOf(record, canary),
  };
}

/**
 * Throws Conflict when a third version is live: then another deployment holds the workload, and Slipway must not move
 * it.
 */
function refuseThirdVersion(record: WorkloadRecord, order: TakeBackOrder): void {
  const { target, stable, canary, deploymentId, clears } = order;
  // Its own rollback may have chosen another version because the version before was missing. It also clears what a
  // superseded deployment left.
  if (stable === null || [deploymentId, ...clears].includes(record.deploymentId)) return;
  const own = [stable, canary, null];
  if (own.includes(record.stable) && own.includes(record.canary)) return;
  const versions = [record.stable, record.canary].filter((version) => version !== null).join(' and ');
  throw new SlipwayError(
    'Conflict',
    `Workload ${target.workload} is on version ${versions}, put there by ${record.deploymentId}; deployment ${deploymentId} knows ${stable} and ${canary} only and changed nothing. Find out who did it, then deploy again.`,
  );
}
