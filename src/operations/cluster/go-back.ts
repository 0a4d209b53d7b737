/** The way back of a workload, in the order that its situation asks for. */
import { objectName } from '../../domain/cluster/cluster-object.ts';
import { isSameRoute, NO_VERSION } from '../../domain/cluster/workload-record.ts';
import { frontTrack, routeRef } from '../../domain/cluster/workload-route.ts';
import { wayBackOrder } from '../../domain/cluster/workload-way-back.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { type Bring, bringCanary, bringStable, removeCanary } from './bring-versions.ts';
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
  const seen = await lookAtWorkload(bring);
  const isFirstUndone = record.stable === NO_VERSION;
  if (!isFirstUndone && wayBackOrder(seen, { isCanaryBad }) === 'stableFirst') {
    const unready = await broughtStable(bring);
    const { stableReady } = await lookAtWorkload(bring);
    if (unready !== null && stableReady === 0) return { stays: unready, notes: [] };
  }
  const isLedAnew = await leadHome(bring, seen);
  await removeCanary(bring, { isLedAnew });
  // With its own pods in place, how they fare is nothing that this way back could mend.
  const unready = seen.isStableInPlace ? await unreadyInPlace(bring) : await broughtStable(bring);
  await leadAsRecorded(bring);
  const gone = await goneRoute(bring);
  if (unready === null) return { stays: null, notes: gone };
  // Replaced in place, and the pods that are there still are of the version that it comes from.
  const { stableReady, othersReady } = await lookAtWorkload(bring);
  if (!isCanaryBad && stableReady === 0 && othersReady > 0) return { stays: unready, notes: [] };
  return { stays: null, notes: [`Version ${record.stable} is not ready. ${unready}`, ...gone] };
}

/** In words: what nobody but the team can bring back. */
async function goneRoute({ ports, target }: Bring): Promise<readonly string[]> {
  const ref = routeRef(target);
  if (ref === null || (await ports.cluster.get(ref)) !== null) return [];
  return [
    `${objectName(ref)} is not there, and no call comes in by it. Create it with a way to Service ${target.workload}.`,
  ];
}

/** Somebody else's record, which wants a canary: it is followed as it stands, and its own task waits for the rest. */
async function followSplit(bring: Bring): Promise<WentBack> {
  await leadAsRecorded(bring);
  await bringCanary(bring);
  await bringStable(bring);
  // A version that was applied anew brought its own Services with it.
  await leadAsRecorded(bring);
  return { stays: null, notes: [] };
}

async function leadHome({ ports, target, stored, guard }: Bring, { hasCanary }: Looked): Promise<boolean> {
  // Where pods are the weights, those of the canary are taken out of the Service first.
  const front = hasCanary ? 'stable' : frontTrack(target, 0);
  let isLedAnew = await routeCalls(ports, { target, canaryPercent: 0, front, guard, mayBeGone: true });
  for (const route of stored.record.routes) {
    if (isSameRoute(route, target.route)) continue;
    isLedAnew = (await leadFormerHome(ports, { target, route, guard })) || isLedAnew;
  }
  return isLedAnew;
}

async function leadAsRecorded({ ports, target, stored, guard }: Bring): Promise<void> {
  const { canary, canaryPercent: percent } = stored.record;
  const canaryPercent = canary === null ? 0 : percent;
  const front = frontTrack(target, canaryPercent);
  await routeCalls(ports, { target, canaryPercent, front, guard, mayBeGone: canary === null });
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

async function unreadyInPlace(bring: Bring): Promise<string | null> {
  await bringStable({ ...bring, waits: false });
  return (await lookAtWorkload(bring)).unready;
}
