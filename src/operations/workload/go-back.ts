/** The way back of a workload, in the order that its situation asks for. */

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
  /** Why the calls stay on the canary: stable does not come up. Null: they are home. */
  readonly stays: string | null;
  /** Why stable is not ready, with the calls on it. */
  readonly notes: readonly string[];
}

export async function goBack(bring: Bring): Promise<WentBack> {
  const { record } = bring.stored;
  const isCanaryBad = record.accused !== null;
  if (record.canary !== null) return followSplit(bring);
  await holdDeployment(bring);
  const seen = await lookAtWorkload(bring);
  const isFirstUndone = record.stable === NO_VERSION;
  if (isFirstUndone && seen.isForeign) return leaveAlone(bring);
  const isStableFirst = !isFirstUndone && wayBackOrder(seen, { isCanaryBad }) === 'stableFirst';
  const missing = isStableFirst ? await broughtStable({ ...bring, waits: true }) : null;
  if (missing !== null) {
    const { stableReady, isStableInPlace } = await lookAtWorkload(bring);
    // It had its time, and a canary that is bad is not kept for want of a better one.
    const isHopeless = isCanaryBad && isStableInPlace;
    if (stableReady === 0 && !isHopeless) return { stays: missing, notes: [] };
  }
  const isLedAnew = await leadHome(bring, seen);
  await removeCanary(bring, { isLedAnew });
  // With its own pods in place, how they fare is nothing that this way back could mend.
  const unready = await (seen.isStableInPlace ? unreadyInPlace : broughtStable)(bring);
  await leadAsRecorded(bring);
  const notes = await routeNotes(bring);
  if (unready === null) return { stays: null, notes };
  // Replaced in place, and the pods that are there still are of the version that it comes from.
  const { stableReady, othersReady } = await lookAtWorkload(bring);
  if (!isCanaryBad && stableReady === 0 && othersReady > 0) return { stays: unready, notes: [] };
  return { stays: null, notes: [`Version ${record.stable} is not ready. ${unready}`, ...notes] };
}

/** Before Slipway has taken it over, the way of its calls is not Slipway's either. */
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

/** Somebody else's record, which wants a canary: it is followed as it stands, and its own task waits for the rest. */
async function followSplit(bring: Bring): Promise<WentBack> {
  const { canaryPercent } = await lookAtWorkload(bring);
  // More calls go to a canary when its pods are there: they may be away still, or again.
  if (canaryPercent > bring.stored.record.canaryPercent) await leadAsRecorded(bring);
  await bringCanary(bring);
  await bringStable(bring);
  // A version that was applied anew brought its own Services with it.
  await leadAsRecorded(bring);
  return { stays: null, notes: [] };
}

async function leadHome({ ports, target, stored, guard }: Bring, { hasCanary }: Looked): Promise<boolean> {
  // Where pods are the weights, those of the canary are taken out of the Service first.
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

/** Null: it is ready. Else why not, when the time for it is over or it is known that it never will be. */
async function broughtStable(bring: Bring): Promise<string | null> {
  try {
    await bringStable(bring);
    return null;
  } catch (error) {
    if (isSlipwayError(error, 'InvalidRequest')) return error.message;
    throw error;
  }
}

/** What was applied a moment ago says nothing yet of how its pods fare. */
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
