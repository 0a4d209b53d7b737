/** Clears what an earlier deployment left on a cluster. The first order of the next deployment does this. */

import { SlipwayError } from '../../domain/errors.ts';
import type { PlanOrder } from '../../domain/orders/cluster-order.ts';
import { deploymentRef, isOwn } from '../../domain/workload/workload-objects.ts';
import type { StoredRecord } from '../../domain/workload/workload-record.ts';
import { convergeWorkload } from './converge-workload.ts';
import { claimGround } from './take-ground.ts';
import { otherVersion } from './usable-version.ts';
import type { ClusterPorts } from './workload-store.ts';

export interface LeftOver {
  readonly order: PlanOrder;
  /** The record before this order claimed it. */
  readonly found: StoredRecord;
  readonly stored: StoredRecord;
}

/**
 * Returns the record that holds afterwards. When the version before does not become ready, the rollout starts from the
 * version that has the calls.
 */
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
  // No other version has pods, so no calls can be lost.
  if (ground === null) return { stored: went.stored, notes: because };
  const claimed = await claimGround(ports, { order, ground: () => ({ stable: ground }) });
  const again = await convergeWorkload(ports, { target, stored: claimed, way: 'back' });
  if (again.stays === null) return { stored: again.stored, notes: because };
  throw new SlipwayError(
    'InvalidRequest',
    `Neither version ${stable} of ${target.workload} comes up, nor ${ground} beside its canary, which has the calls. ${again.stays} Mend it, then deploy again.`,
  );
}

/** True when a canary, or calls on a canary, are left. */
async function isLeftOver({ cluster }: ClusterPorts, { order, found, stored }: LeftOver): Promise<boolean> {
  const { target } = order;
  if (stored.record.cleared !== null || found.record.canary !== null) return true;
  const canary = await cluster.get(deploymentRef(target, 'canary'));
  return canary !== null && isOwn(canary, target);
}
