/** What a deployment before has left on a cluster is cleared by the first order of the next one. */

import { SlipwayError } from '../../domain/errors.ts';
import type { PlanOrder } from '../../domain/orders/cluster-order.ts';
import { deploymentRef, isOwn } from '../../domain/workload/workload-objects.ts';
import type { StoredRecord } from '../../domain/workload/workload-record.ts';
import { convergeWorkload } from './converge-workload.ts';
import { otherVersion } from './standing-version.ts';
import { claimGround } from './take-ground.ts';
import type { ClusterPorts } from './workload-store.ts';

export interface LeftOver {
  readonly order: PlanOrder;
  /** The record before it was claimed. */
  readonly found: StoredRecord;
  readonly stored: StoredRecord;
}

/** Returns the record that holds then: where the version before does not come up, the one that has the calls is the ground. */
export async function clearLeftOver(
  ports: ClusterPorts,
  left: LeftOver,
): Promise<{ readonly stored: StoredRecord; readonly notes: readonly string[] }> {
  const { order, stored } = left;
  if (!(await isLeftOver(ports, left))) return { stored, notes: [] };
  const { target } = order;
  const { stable } = stored.record;
  const { stays, notes, ...went } = await convergeWorkload(ports, { target, stored, way: 'back' });
  if (stays === null) return { stored: went.stored, notes };
  const ground = await otherVersion(ports, { target, version: stable });
  const because = [`Version ${stable} does not come up. ${stays}`];
  // With no pod of any other one, there is no call that could be lost.
  if (ground === null) return { stored: went.stored, notes: because };
  const claimed = await claimGround(ports, { order, ground: () => ({ stable: ground }) });
  const again = await convergeWorkload(ports, { target, stored: claimed, way: 'back' });
  if (again.stays === null) return { stored: again.stored, notes: because };
  throw new SlipwayError(
    'InvalidRequest',
    `Neither version ${stable} of ${target.workload} comes up, nor ${ground} beside its canary, which has the calls. ${again.stays} Mend it, then deploy again.`,
  );
}

/** A canary, or calls on it. */
async function isLeftOver({ cluster }: ClusterPorts, { order, found, stored }: LeftOver): Promise<boolean> {
  const { target } = order;
  if (stored.record.cleared !== null || found.record.canary !== null) return true;
  const canary = await cluster.get(deploymentRef(target, 'canary'));
  return canary !== null && isOwn(canary, target);
}
