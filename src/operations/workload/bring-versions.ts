/**
 * Brings and removes the two Deployments of a workload. Rollouts and rollbacks of a workload are made of these steps.
 */

import { isSlipwayError } from '../../domain/errors.ts';
import { AT_ONCE, persistently } from '../../domain/persistently.ts';
import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { ApplyOrder } from '../../domain/workload/cluster-call.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import { isFoundVersion } from '../../domain/workload/found-deployment.ts';
import { orderedBefore } from '../../domain/workload/held-by.ts';
import { isQuiet, objectsAhead } from '../../domain/workload/objects-ahead.ts';
import { isPaused, unpaused } from '../../domain/workload/paused.ts';
import { countBefore, liveCount } from '../../domain/workload/pod-count.ts';
import { isSwift, lingersMs, swiftly } from '../../domain/workload/replaced-at-once.ts';
import { withWeight } from '../../domain/workload/route-weights.ts';
import { judgeHealth } from '../../domain/workload/workload-health.ts';
import {
  deploymentRef,
  fieldsOf,
  isOwn,
  liveVersion,
  replicasOf,
  specOf,
  trackDeployment,
} from '../../domain/workload/workload-objects.ts';
import { NO_VERSION, type StoredRecord, type WorkloadRecord } from '../../domain/workload/workload-record.ts';
import {
  canaryReplicas,
  frontRef,
  ownRoute,
  routedServices,
  routeRef,
  selectedTrack,
} from '../../domain/workload/workload-route.ts';
import { awaitGone, awaitHealthy, type Guard } from './await-pods.ts';
import { awaitTakenUp, SELECTOR_MS } from './await-taken-up.ts';
import { bridgedService } from './bridge-service.ts';
import { orderedCount } from './ordered-count.ts';
import { applyVersion, stableObjects } from './version-objects.ts';
import { type ClusterPorts, findVersion, keptVersion, readVersion } from './workload-store.ts';

export interface Bring {
  readonly ports: ClusterPorts;
  readonly target: WorkloadTarget;
  readonly stored: StoredRecord;
  readonly way: 'forward' | 'back';
  readonly guard: Guard;
  /** When true, a rollout also takes over fields that another tool or person has set. */
  readonly takesOver?: boolean | undefined;
  /** When false, it does not wait for the pods of stable. */
  readonly waits?: boolean;
  /** True when all calls were moved to the canary before stable is replaced. */
  readonly isAside?: boolean;
}

function isForced(bring: Bring): boolean {
  return bring.way === 'back' || bring.takesOver === true || isAdopting(bring);
}

/** The first deployment after those of another tool takes over the fields that the other tool has set. */
function isAdopting({ way, stored }: Bring): boolean {
  return way === 'forward' && isFoundVersion(stored.record.before);
}

export async function bringCanary(bring: Bring): Promise<void> {
  const { ports, target, stored, guard } = bring;
  const { canary: version, canaryPercent } = stored.record;
  if (version === null) return;
  const objects = await readVersion(ports, { target, version });
  const stable = await ports.cluster.get(deploymentRef(target, 'stable'));
  const kept = await findVersion(ports, { target, version: stored.record.stable });
  const beside = kept ?? (await thoseThere(ports, objects));
  const stableReplicas = Number(stable === null ? replicasOf(objects, target) : (specOf(stable).replicas ?? 1));
  const replicas = canaryReplicas(target, { stableReplicas, percent: canaryPercent });
  const [, second] = routedServices(objects, { target, canaryPercent: 0 });
  await guard();
  await ports.cluster.apply({
    objects: [
      ...objectsAhead(objects, { stable: beside }),
      ...(second === undefined ? [] : [second]),
      trackDeployment(objects, { target, version, track: 'canary', replicas }),
    ],
    force: isForced(bring),
  });
  await awaitHealthy(ports, { target, track: 'canary', version, guard });
}

/**
 * Stable's manifests are lost. An object that exists under the same name may belong to stable; an object that does not
 * exist is new.
 */
async function thoseThere({ cluster }: ClusterPorts, objects: readonly ClusterObject[]) {
  const live = await Promise.all(objects.filter(isQuiet).map((object) => cluster.get(object)));
  return live.filter((object) => object !== null);
}

export async function bringStable(bring: Bring): Promise<void> {
  const { ports, target, stored, way, guard, waits = true } = bring;
  const version = stored.record.stable;
  const ref = deploymentRef(target, 'stable');
  if (version === NO_VERSION) {
    await guard();
    const left = await ports.cluster.get(ref);
    if (left !== null && isOwn(left, target)) await ports.cluster.remove([ref]);
    return awaitGone(ports, { target, track: 'stable', guard });
  }
  const live = await ports.cluster.get(ref);
  const isThere = live !== null && liveVersion(live) === version;
  const isBesideCanary = stored.record.canary !== null;
  // Beside a canary, the judge watches the health of stable.
  if (isThere && isBesideCanary && way === 'forward') return;
  // When stable's Deployment exists, a rollback does not need the rest of its manifests.
  const objects = await (isThere && way === 'back' ? keptVersion : readVersion)(ports, { target, version });
  if (isThere && way === 'back' && liveCount(live) === 0) await scaleUp(bring, { live, objects });
  const later = objects === null ? null : await putStable(bring, objects);
  if ((isThere && isBesideCanary) || !waits) return guard();
  await awaitHealthy(ports, { target, track: 'stable', version, guard });
  if (later === null) return;
  await guard();
  await applyVersion(ports, { target, objects: [later], force: isForced(bring), adopts: isAdopting(bring) });
}

/** Another tool or person has scaled stable to zero, and the calls are about to return to it. */
async function scaleUp(
  { ports, target, guard }: Bring,
  { live, objects }: { readonly live: ClusterObject; readonly objects: readonly ClusterObject[] | null },
): Promise<void> {
  const replicas = objects === null ? countBefore(live) : replicasOf(objects, target);
  if (replicas === 0) return;
  await guard();
  await ports.cluster.scale(live, replicas);
}

/** The status of a Deployment changes all the time, and its revision with it. */
const PUT_TRIES = 10;

/** Returns the object to apply when only pods of the version are left; null when there is none. */
function putStable(bring: Bring, objects: readonly ClusterObject[]): Promise<ClusterObject | null> {
  return asRead(async () => putObjects(bring, { objects, front: await ledFront(bring) }));
}

/** Reads and writes again when another writer has changed the Deployment, or moved the calls, since the read. */
function asRead<T>(write: () => Promise<T>): Promise<T> {
  const isStale = (error: unknown) => isSlipwayError(error, 'Conflict') && /has been modified/.test(error.message);
  return persistently({ tries: PUT_TRIES, ...AT_ONCE, isWorthAnother: isStale }, write);
}

async function putObjects(
  bring: Bring,
  { objects, front }: { readonly objects: readonly ClusterObject[]; readonly front: Front },
): Promise<ClusterObject | null> {
  const { ports, target, stored, way, guard } = bring;
  const version = stored.record.stable;
  const ref = deploymentRef(target, 'stable');
  const { count, facts } = await orderedCount(ports, { target, objects });
  const { live } = facts;
  const isThere = live !== null && liveVersion(live) === version;
  const all = stableObjects(objects, { target, version, canaryPercent: front.canaryPercent, count });
  // A Deployment that already has the version stays, even if another tool or person has changed it. The objects around
  // it may still belong to another version. A rollback runs no Job again.
  const isWanted = ({ kind }: ClusterObject) =>
    !(isThere && !isSwift(live) && kind === 'Deployment') && !(way === 'back' && kind === 'Job');
  const isHeld = live !== null && isPaused(live) && isForced(bring);
  const going = all.map((object) => (isHeld && object.kind === 'Deployment' ? unpaused(object) : object));
  const kept = going.filter(isWanted);
  const standing = isUntouched(bring) && isThere ? await missingOf(ports, kept) : kept;
  const { objects: bridged, later } = await bridgedService(ports, { target, objects: standing });
  const wanted = bridged.map((object) => withRevision(object, { bring, live, front }));
  await guard();
  if ('byScale' in count && !isThere) await ports.cluster.scale(ref, count.replicas);
  const order = { target, objects: wanted, force: isForced(bring), adopts: isAdopting(bring) };
  if (!isThere && (await mayGoAtOnce(bring, live))) await replaceAtOnce(bring, order);
  else await applyVersion(ports, order);
  return later;
}

/** True for a version that Slipway found, when orders have changed nothing about it except where its calls go. */
function isUntouched({ way, stored: { record } }: Bring): boolean {
  return way === 'back' && isFoundVersion(record.stable) && orderedBefore(record) < 100;
}

async function missingOf(
  { cluster }: ClusterPorts,
  objects: readonly ClusterObject[],
): Promise<readonly ClusterObject[]> {
  const found = await Promise.all(objects.map((object) => cluster.get(object)));
  return objects.filter((_, index) => found[index] === null);
}

/**
 * True when all pods of stable may go at the same time. Then the canary has stable's next version, has as many pods,
 * and takes all the calls.
 */
async function mayGoAtOnce(
  { ports, target, stored, way, isAside }: Bring,
  live: ClusterObject | null,
): Promise<boolean> {
  const { stable: version, canary: beside } = stored.record;
  if (way !== 'forward' || beside !== null || live === null) return false;
  const canary = await ports.cluster.get(deploymentRef(target, 'canary'));
  if (canary === null || liveVersion(canary) !== version || liveCount(canary) < liveCount(live)) return false;
  if (judgeHealth(canary, []).is !== 'ready') return false;
  // Behind one Service, callers learn a moment later that pods are ending.
  return isAside === true || (target.route.kind === 'replicas' && lingersMs(live) >= SELECTOR_MS);
}

/** Replaces all pods at once. Afterwards the rolling update gets its own limits back, once the new pods are there. */
async function replaceAtOnce(
  bring: Bring,
  { objects, ...order }: ApplyOrder & { readonly target: WorkloadTarget },
): Promise<void> {
  const { ports, target, stored, guard } = bring;
  const isOf = ({ kind }: ClusterObject) => kind === 'Deployment';
  await applyVersion(ports, { ...order, objects: objects.map((object) => (isOf(object) ? swiftly(object) : object)) });
  await awaitHealthy(ports, { target, track: 'stable', version: stored.record.stable, guard });
  await asRead(async () => {
    const live = await ports.cluster.get(deploymentRef(target, 'stable'));
    await guard();
    const limited = objects.filter(isOf).map((object) => withRevision(object, { bring, live }));
    await applyVersion(ports, { ...order, objects: limited });
  });
}

/** A route that comes with the version to try first sends all calls to stable. */
export async function bringRoute({ ports, target, stored, guard }: Bring): Promise<void> {
  const { canary: version } = stored.record;
  const ref = routeRef(target);
  if (version === null || ref === null || (await ports.cluster.get(ref)) !== null) return;
  const own = ownRoute(await readVersion(ports, { target, version }), target);
  if (own === null) return;
  await guard();
  await applyVersion(ports, { target, objects: [withWeight(own, { workload: target.workload, canaryPercent: 0 })] });
}

/** Where the first Service sends calls while stable is brought, and the revision of the Service that says so. */
interface Front {
  readonly canaryPercent: number;
  readonly revision?: string | undefined;
}

/** On a blue/green workload, the first Service keeps sending calls to the canary until all new pods are ready. */
async function ledFront({ ports, target, stored }: Bring): Promise<Front> {
  const { canary, canaryPercent } = stored.record;
  if (target.route.kind !== 'blueGreen') return { canaryPercent: canary === null ? 0 : canaryPercent };
  const service = await ports.cluster.get(frontRef(target));
  if (service === null) return { canaryPercent: 0 };
  return {
    canaryPercent: selectedTrack(service) === 'canary' ? 100 : 0,
    revision: service.metadata.resourceVersion,
  };
}

interface Read {
  readonly bring: Bring;
  readonly live: ClusterObject | null;
  readonly front?: Front;
}

/**
 * Adds the revision that was read. The API server then refuses the Service when another writer has changed where it
 * sends calls. During a rollout, it also refuses the Deployment when a rollback has begun since (hold-deployment.ts).
 */
function withRevision(object: ClusterObject, { bring: { target, way }, front, live }: Read): ClusterObject {
  const { kind, metadata } = object;
  const isFront = kind === 'Service' && metadata.name === frontRef(target).metadata.name;
  const read = way === 'forward' && kind === 'Deployment' ? live?.metadata.resourceVersion : undefined;
  const resourceVersion = isFront ? front?.revision : read;
  return resourceVersion === undefined ? object : { ...object, metadata: { ...metadata, resourceVersion } };
}

/** Tells the canary's pods to end only after the gateway or the Service has stopped sending calls to them. */
export async function removeCanary(
  { ports, target, stored, guard }: Bring,
  { isLedAnew }: { readonly isLedAnew: boolean },
): Promise<void> {
  if (stored.record.canary !== null) return guard();
  const canary = await ports.cluster.get(deploymentRef(target, 'canary'));
  await guard();
  if (canary !== null && isOwn(canary, target)) {
    if (isLedAnew || mayHaveCalls(stored.record, canary)) await awaitTakenUp(ports, { target, ending: canary, guard });
    await ports.cluster.remove([canary]);
  }
  await awaitGone(ports, { target, track: 'canary', guard });
  await guard();
}

/**
 * True when the record gave the canary calls before the brake or another order of this rollback took them off. When the
 * record was deleted, a canary with ready pods may also have had calls.
 */
function mayHaveCalls(record: WorkloadRecord, { status }: ClusterObject): boolean {
  return orderedBefore(record) > 0 || Number(fieldsOf(status).readyReplicas ?? 0) > 0;
}
