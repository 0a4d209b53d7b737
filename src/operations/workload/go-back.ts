/** The steps of a workload's rollback, in the order that its situation needs. */

import { isSlipwayError } from '../../domain/errors.ts';
import { objectName } from '../../domain/workload/cluster-object.ts';
import { orderedBefore } from '../../domain/workload/held-by.ts';
import { isSameRoute, NO_VERSION } from '../../domain/workload/workload-record.ts';
import { frontTrack, routeRef } from '../../domain/workload/workload-route.ts';
import { wayBackOrder } from '../../domain/workload/workload-way-back.ts';
import { type Bring, bringCanary, bringStable, removeCanary } from './bring-versions.ts';
import { holdDeployment } from './hold-deployment.ts';
import { type Looked, lookAtWorkload } from './look-at-workload.ts';
import { leadFormerHome, routeCalls } from './route-calls.ts';

export interface WentBack {
  /** Why the calls stay on the canary: stable does not become ready. Null when the calls are on stable. */
  readonly stays: string | null;
  /** Why stable is not ready although it has the calls. */
  readonly notes: readonly string[];
  /** True when it is certain that no pod of another version than stable had been ready before. */
  readonly wasNeverReady?: boolean;
}

export async function goBack(bring: Bring): Promise<WentBack> {
  const { record } = bring.stored;
  const isCanaryBad = record.accused !== null;
  if (record.canary !== null) return followSplit(bring);
  await holdDeployment(bring);
  const seen = await lookAtWorkload(bring);
  const isFirstUndone = record.stable === NO_VERSION;
  const { wasNeverReady } = seen;
  if (isFirstUndone && seen.isForeign) return { ...(await leaveAlone(bring)), wasNeverReady };
  const isStableFirst = !isFirstUndone && wayBackOrder(seen, { isCanaryBad }) === 'stableFirst';
  const missing = isStableFirst ? await broughtStable({ ...bring, waits: true }) : null;
  if (missing !== null) {
    const { stableReady, isStableInPlace } = await lookAtWorkload(bring);
    // Stable had its time to become ready. A bad canary does not keep the calls only because no better version is
    // ready.
    const isHopeless = isCanaryBad && isStableInPlace;
    if (stableReady === 0 && !isHopeless) return { stays: missing, notes: [] };
  }
  const isLedAnew = await leadHome(bring, seen);
  await removeCanary(bring, { isLedAnew });
  // When stable's own pods are in place, this rollback cannot improve their health.
  const unready = await (seen.isStableInPlace ? unreadyInPlace : broughtStable)(bring);
  await leadAsRecorded(bring);
  const notes = await routeNotes(bring);
  if (unready === null) return { stays: null, notes, wasNeverReady };
  // Stable is replaced in place, and the pods that still exist are of the version before the replacement.
  const { stableReady, othersReady } = await lookAtWorkload(bring);
  if (!isCanaryBad && stableReady === 0 && othersReady > 0) return { stays: unready, notes: [] };
  return { stays: null, notes: [`Version ${record.stable} is not ready. ${unready}`, ...notes], wasNeverReady };
}

/** Slipway has not yet taken the workload over, so the route of its calls is not Slipway's either. */
async function leaveAlone(bring: Bring): Promise<WentBack> {
  await removeCanary(bring, { isLedAnew: false });
  return { stays: null, notes: [] };
}

async function routeNotes({ ports, target }: Bring): Promise<readonly string[]> {
  const ref = routeRef(target);
  if (ref === null || (await ports.cluster.get(ref)) !== null) return [];
  return [
    `There is no ${objectName(ref)}, so nobody leads calls to the workload by it. Create it with a way to Service ${target.workload}.`,
  ];
}

/**
 * The record of another order wants a canary. This order follows that record, and the task of the other order waits for
 * the rest.
 */
async function followSplit(bring: Bring): Promise<WentBack> {
  const { canaryPercent } = await lookAtWorkload(bring);
  // A canary gets more calls only when its pods are there: they may still be missing, or be missing again.
  if (canaryPercent > bring.stored.record.canaryPercent) await leadAsRecorded(bring);
  await bringCanary(bring);
  await bringStable(bring);
  // A version that was applied again brought its own Services with it.
  await leadAsRecorded(bring);
  return { stays: null, notes: [] };
}

async function leadHome({ ports, target, stored, guard }: Bring, { hasCanary }: Looked): Promise<boolean> {
  // Where pods are the weights, the canary's pods are first taken out of the Service.
  const front = hasCanary ? 'stable' : frontTrack(target, 0);
  const holder = orderedBefore(stored.record) > 0 ? stored.record.deploymentId : undefined;
  let isLedAnew = await routeCalls(ports, { target, canaryPercent: 0, front, guard, way: 'back', holder });
  for (const route of stored.record.routes) {
    if (isSameRoute(route, target.route)) continue;
    isLedAnew = (await leadFormerHome(ports, { target, route, guard })) || isLedAnew;
  }
  return isLedAnew;
}

async function leadAsRecorded({ ports, target, stored, guard }: Bring): Promise<void> {
  const { canary, canaryPercent: percent } = stored.record;
  const canaryPercent = canary === null ? 0 : percent;
  await routeCalls(ports, { target, canaryPercent, front: frontTrack(target, canaryPercent), guard, way: 'back' });
}

/**
 * Returns null when stable is ready. Otherwise returns why not, once its time is over or it is known that it never will
 * be.
 */
async function broughtStable(bring: Bring): Promise<string | null> {
  try {
    await bringStable(bring);
    return null;
  } catch (error) {
    if (isSlipwayError(error, 'InvalidRequest')) return error.message;
    throw error;
  }
}

/** Right after an apply, the Deployment's status says nothing yet about the health of its pods. */
const OBSERVED_TRIES = 10;
const OBSERVED_EVERY_MS = 500;

async function unreadyInPlace(bring: Bring): Promise<string | null> {
  const { ports, guard } = bring;
  await bringStable({ ...bring, waits: false });
  for (let tries = 1; ; tries += 1) {
    const { unready, isObserved } = await lookAtWorkload(bring);
    if (isObserved || tries === OBSERVED_TRIES) return unready;
    await ports.pause.sleep(OBSERVED_EVERY_MS);
    await guard();
  }
}
