/**
 * First order of a rollout on Kubernetes. It checks permissions and the route first, then stores the manifests of the
 * new version and takes the workload's record. It changes no pod, except those of a canary that a superseded deployment
 * left.
 */

import { durationMs } from '../../domain/duration.ts';
import type { Alone, ClusterDone, PlanOrder } from '../../domain/orders/cluster-order.ts';
import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import { otherWays } from '../../domain/workload/first-service.ts';
import { countNotes, liveCount } from '../../domain/workload/pod-count.ts';
import { versionLabels, versionsToForget } from '../../domain/workload/stored-version.ts';
import { keptImageNotes } from '../../domain/workload/version-images.ts';
import { isUnreadySince } from '../../domain/workload/workload-health.ts';
import { deploymentRef, podLabels, replicasOf } from '../../domain/workload/workload-objects.ts';
import { admitForward, groundOf, type StoredRecord } from '../../domain/workload/workload-record.ts';
import { replicaNotes } from '../../domain/workload/workload-route.ts';
import { otherToolsNotes } from '../steps/check-other-tools.ts';
import { requireAdmittedPods } from './admitted-pods.ts';
import { adoptFor, foundNotes } from './adopt-deployment.ts';
import { checkFirstService } from './check-first-service.ts';
import { limitsOf, mayDoAll, refusePaused, refuseUnchanged, requireAccepted, requireRoute } from './check-plan.ts';
import { clearLeftOver } from './clear-workload.ts';
import { podsOf } from './converge-workload.ts';
import { findDeployment } from './find-deployment.ts';
import { orderedCount, triedCount } from './ordered-count.ts';
import { planObjects } from './plan-objects.ts';
import { claimGround, type Ground } from './take-ground.ts';
import { usableVersion, versionByHand } from './usable-version.ts';
import { notesOn, wantedVersion } from './wanted-version.ts';
import { type ClusterPorts, keepVersion, readRecord } from './workload-store.ts';

export async function planWorkload(ports: ClusterPorts, order: PlanOrder): Promise<ClusterDone> {
  const { target, wanted, weights } = order;
  const found = await readRecord(ports, target);
  admitForward(found, order);
  const recorded = groundOf(found, order.clears).stable;
  const byHand = isKnown(found, order) ? null : await versionByHand(ports, { target, found, clears: order.clears });
  const standing = byHand ?? (await usableVersion(ports, { target, version: recorded }));
  await mayDoAll(ports, target);
  const { version, objects: made, left } = await wantedVersion(ports, order);
  const present = await findDeployment(ports, { target, objects: made });
  const managed = await otherToolsNotes(ports.cluster, target);
  const stable = present?.version ?? standing;
  const before = { ...found, record: { ...found.record, stable } };
  await refuseUnchanged(ports, { order, before, version, objects: made });
  const coarse = await requireRoute(ports, { order, objects: made });
  await checkFirstService(ports, { target, objects: made, own: present?.pods });
  const { objects, notes: brought } = await planObjects(ports, { target, stable, objects: made, found: present });
  const counted = await orderedCount(ports, { target, objects });
  const limits = 'image' in wanted ? limitsOf(objects, order) : [];
  refusePaused(counted.facts.live, order);
  await requireAccepted(ports, { order, before, version, objects, count: triedCount(counted) });
  if ('image' in wanted) await requireAdmittedPods(ports, { target, objects, own: present?.pods });

  await keepVersion(ports, { target, version, objects, deploymentId: order.deploymentId });
  if (present !== null) await keepVersion(ports, { ...present, target, deploymentId: order.deploymentId });
  const ground = groundBy({ order, recorded, standing: stable });
  const claimed = isKnown(found, order) ? found : await claimGround(ports, { order, ground });
  if (present !== null) await adoptFor(ports, { order, present, stored: claimed });
  const { stored, notes } = await clearLeftOver(ports, { order, found, stored: claimed });
  await forgetOld(ports, { target, needed: [version, stored.record.stable, stored.record.before] });
  const live = await ports.cluster.get(deploymentRef(target, 'stable'));
  const stableReplicas = live === null ? replicasOf(objects, target) : liveCount(live);
  return {
    do: 'plan',
    ok: true,
    revision: stored.revision,
    stable: stored.record.stable,
    version,
    percent: 0,
    foundPercent: null,
    cleared: stored.record.cleared,
    pods: await podsOf(ports, target),
    alone: scalesToNone(objects) ? undefined : await aloneBeside(ports, { target, live }),
    notes: [
      ...notes,
      ...handNotes({ target, recorded, byHand }),
      ...foundNotes(target, present),
      ...managed,
      ...replicaNotes(target, { stableReplicas, weights }),
      ...coarse,
      ...otherWays(objects, target),
      ...limits,
      ...notesOn(left),
      ...('image' in wanted ? keptImageNotes(objects, wanted.image) : []),
      ...brought,
      ...countNotes(counted.count, counted.facts),
    ],
  };
}

function handNotes({
  target: { workload },
  recorded,
  byHand,
}: Pick<PlanOrder, 'target'> & { readonly recorded: string; readonly byHand: string | null }): readonly string[] {
  if (byHand === null) return [];
  return [
    `Somebody has put version ${byHand} of ${workload} in the place of version ${recorded} by hand, so it is the one to start from.`,
  ];
}

/** A plan that runs a second time may find that its deployment has gone on since. */
function isKnown({ record, revision }: StoredRecord, { deploymentId }: PlanOrder): boolean {
  return revision !== null && record.deploymentId === deploymentId;
}

/** Returns the recorded version, unless nothing of it is left on the cluster. */
function groundBy({
  order,
  recorded,
  standing,
}: {
  readonly order: PlanOrder;
  readonly recorded: string;
  readonly standing: string;
}): (present: StoredRecord) => Ground {
  return (present) => {
    if (isKnown(present, order)) return { stable: present.record.stable };
    const ground = groundOf(present, order.clears);
    return ground.stable === recorded ? { ...ground, stable: standing } : ground;
  };
}

async function forgetOld(
  { cluster }: ClusterPorts,
  { target, needed }: { readonly target: WorkloadTarget; readonly needed: readonly string[] },
): Promise<void> {
  const { namespace } = target;
  const stored = await cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, labels: versionLabels(target) });
  const old = versionsToForget(stored, { needed });
  if (old.length > 0) await cluster.remove(old);
}

/**
 * KEDA scales to zero while there are no calls. Then there still is a version to compare the new one with: its pods
 * start with the first calls.
 */
function scalesToNone(objects: readonly ClusterObject[]): boolean {
  return objects.some(({ kind }) => kind === 'ScaledObject');
}

/** Why no pod would answer the calls that stay on stable; undefined when pods would answer. */
async function aloneBeside(
  { cluster, clock }: ClusterPorts,
  { target, live }: { readonly target: WorkloadTarget; readonly live: ClusterObject | null },
): Promise<Alone | undefined> {
  if (live === null) return undefined;
  if (liveCount(live) === 0) return 'scaledToNone';
  const labels = podLabels(target, { track: 'stable' });
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: target.namespace, labels });
  const since = clock.now() - durationMs(target.readyWithin);
  return isUnreadySince(since, { deployment: live, pods }) ? 'unready' : undefined;
}
