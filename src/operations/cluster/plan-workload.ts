/**
 * First order of a rollout on Kubernetes: looks before it leaps, keeps the manifests of the new version, and takes the
 * workload's record. No pod changes, but for those of a canary that a superseded deployment has left.
 */
import type { ClusterObject } from '../../domain/cluster/cluster-object.ts';
import { objectName } from '../../domain/cluster/cluster-object.ts';
import type { ClusterDone, ClusterOrder } from '../../domain/cluster/cluster-order.ts';
import { renderManifests } from '../../domain/cluster/render-manifests.ts';
import { weightNotes, withWeight } from '../../domain/cluster/route-weights.ts';
import { versionLabels, versionsToForget } from '../../domain/cluster/stored-version.ts';
import {
  deploymentRef,
  isOwn,
  ownObjects,
  replicasOf,
  specOf,
  trackDeployment,
  versionOf,
  withImage,
} from '../../domain/cluster/workload-objects.ts';
import {
  admitForward,
  type Cleared,
  groundOf,
  homeOf,
  NO_VERSION,
  type StoredRecord,
} from '../../domain/cluster/workload-record.ts';
import { hasWeights, ownRoute, replicaNotes, routeRef } from '../../domain/cluster/workload-route.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service-spec.ts';
import type { Permission } from '../../ports.ts';
import { checkFirstService } from './check-first-service.ts';
import { convergeWorkload, podsOf } from './converge-workload.ts';
import { otherVersion, standingVersion } from './standing-version.ts';
import { applyVersion, triedObjects } from './version-objects.ts';
import {
  type ClusterPorts,
  claimWorkload,
  keepVersion,
  keptVersion,
  readRecord,
  readVersion,
} from './workload-store.ts';

export type PlanOrder = Extract<ClusterOrder, { readonly do: 'plan' }>;

export async function planWorkload(ports: ClusterPorts, order: PlanOrder): Promise<ClusterDone> {
  const { target } = order;
  const found = await readRecord(ports, target);
  admitForward(found, order);
  const recorded = groundOf(found, order.clears).stable;
  const standing = await standingVersion(ports, { target, version: recorded });
  const before = { ...found, record: { ...found.record, stable: standing } };
  await mayDoAll(ports, target);
  const { version, objects } = await wantedVersion(ports, order);
  await isNews(ports, { order, before, version, objects });
  await isFreeToTake(ports, target);
  const coarse = await leadsThere(ports, { order, objects });
  await checkFirstService(ports, { target, objects });
  await isAccepted(ports, { order, before, version, objects });

  await keepVersion(ports, { target, version, objects, deploymentId: order.deploymentId });
  // A plan that comes a second time may find that its deployment has gone on since.
  const isKnown = ({ record, revision }: StoredRecord) =>
    revision !== null && record.deploymentId === order.deploymentId;
  const claimed = isKnown(found)
    ? found
    : await claimGround(ports, {
        order,
        ground(present) {
          if (isKnown(present)) return { stable: present.record.stable };
          const ground = groundOf(present, order.clears);
          return ground.stable === recorded ? { ...ground, stable: standing } : ground;
        },
      });
  const isLeft = await isLeftOver(ports, { target, found, stored: claimed });
  const { stored, notes } = isLeft
    ? await clearWorkload(ports, { order, stored: claimed })
    : { stored: claimed, notes: [] };
  await forgetOld(ports, { target, needed: [version, stored.record.stable, stored.record.before] });
  const stableReplicas = await liveReplicas(ports, { target, objects });
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
    notes: [...notes, ...replicaNotes(target, { stableReplicas, weights: order.weights }), ...coarse],
  };
}

/** What every way forward and back needs, whatever the route. */
const NEEDED: readonly Permission[] = [
  ...(['get', 'list', 'create', 'patch', 'delete'] as const).map((verb) => ({ verb, resource: 'deployments.apps' })),
  ...(['get', 'list', 'create', 'update', 'patch', 'delete'] as const).map((verb) => ({
    verb,
    resource: 'configmaps',
  })),
  ...(['get', 'create', 'patch'] as const).map((verb) => ({ verb, resource: 'services' })),
  { verb: 'list', resource: 'pods' },
];

async function mayDoAll({ cluster }: ClusterPorts, { namespace }: WorkloadTarget): Promise<void> {
  const denied = await cluster.denied(namespace, NEEDED);
  if (denied.length === 0) return;
  const what = denied.map(({ verb, resource }) => `${verb} ${resource}`).join(', ');
  throw new SlipwayError(
    'InvalidRequest',
    `Slipway may not ${what} in namespace ${namespace}. Bind its group to the Role of k8s/access there, then deploy again.`,
  );
}

export type WantedOrder = Pick<PlanOrder, 'target' | 'service' | 'wanted' | 'manifests'>;

/** Also for `diff`, which changes nothing. */
export async function wantedVersion(
  ports: ClusterPorts,
  { target, service, wanted, manifests }: WantedOrder,
): Promise<{ readonly version: string; readonly objects: readonly ClusterObject[] }> {
  if ('version' in wanted)
    return { version: wanted.version, objects: await readVersion(ports, { target, version: wanted.version }) };
  const { image } = wanted;
  const { workload } = target;
  const made =
    'folder' in manifests
      ? withImage(await ports.cluster.build(manifests.folder), { workload, image })
      : renderManifests({ service, image, target: { ...target, manifests } });
  const objects = ownObjects(made, { target, service });
  return { version: versionOf(objects), objects };
}

/** Whether a deployment before has left a canary, or calls on it. */
async function isLeftOver(
  { cluster }: ClusterPorts,
  {
    target,
    found,
    stored,
  }: { readonly target: WorkloadTarget; readonly found: StoredRecord; readonly stored: StoredRecord },
): Promise<boolean> {
  if (stored.record.cleared !== null || found.record.canary !== null) return true;
  // It has planned already, and the canary is its own.
  if (stored.record.canary !== null) return false;
  const canary = await cluster.get(deploymentRef(target, 'canary'));
  return canary !== null && isOwn(canary, target);
}

/** Returns the record that holds then: where the version before does not come up, the one that has the calls is the ground. */
async function clearWorkload(
  ports: ClusterPorts,
  { order, stored }: { readonly order: PlanOrder; readonly stored: StoredRecord },
): Promise<{ readonly stored: StoredRecord; readonly notes: readonly string[] }> {
  const { target } = order;
  const { stable } = stored.record;
  const { stays, notes } = await convergeWorkload(ports, { target, stored, way: 'back' });
  if (stays === null) return { stored, notes };
  const ground = await otherVersion(ports, { target, version: stable });
  const because = [`Version ${stable} does not come up. ${stays}`];
  // With no pod of any other one, there is no call that could be lost.
  if (ground === null) return { stored, notes: because };
  const claimed = await claimGround(ports, { order, ground: () => ({ stable: ground }) });
  const again = await convergeWorkload(ports, { target, stored: claimed, way: 'back' });
  if (again.stays === null) return { stored: claimed, notes: because };
  throw new SlipwayError(
    'InvalidRequest',
    `Neither version ${stable} of ${target.workload} comes up, nor ${claimed.record.stable} beside its canary, which has the calls. ${again.stays} Mend it, then deploy again.`,
  );
}

/** Takes the workload, with the version that the rollout starts from. */
function claimGround(
  ports: ClusterPorts,
  {
    order,
    ground,
  }: {
    readonly order: PlanOrder;
    readonly ground: (present: StoredRecord) => { readonly stable: string; readonly cleared?: Cleared | null };
  },
): Promise<StoredRecord> {
  return claimWorkload(ports, {
    target: order.target,
    holder: order,
    closed: false,
    about: null,
    decide(present) {
      admitForward(present, order);
      const { stable, cleared = null } = ground(present);
      return { split: homeOf(stable), before: stable, cleared };
    },
  });
}

interface WantedFacts {
  readonly order: PlanOrder;
  readonly before: StoredRecord;
  readonly version: string;
  readonly objects: readonly ClusterObject[];
}

async function isNews(ports: ClusterPorts, { order, before, version, objects }: WantedFacts): Promise<void> {
  if (before.record.stable !== version) return;
  const { target, deploymentId } = order;
  // Somebody may have deleted them, and they are the way back of the next deployment.
  if ((await keptVersion(ports, { target, version })) === null)
    await keepVersion(ports, { target, version, objects, deploymentId });
  throw new SlipwayError(
    'Conflict',
    `Version ${version} of ${target.workload}, with the same image and manifests, holds all the traffic already. There is nothing to deploy.`,
  );
}

async function isFreeToTake({ cluster }: ClusterPorts, target: WorkloadTarget): Promise<void> {
  const found = await cluster.get(deploymentRef(target, 'stable'));
  if (found === null || isOwn(found, target)) return;
  throw new SlipwayError(
    'InvalidRequest',
    `${objectName(found)} is there, and was not deployed by Slipway, which would not know the way back to it. Give the workload a name of its own, shift the traffic to it, and delete the old one.`,
  );
}

/** A route that does not lead to the workload is found here, and not in mid-rollout. Returns what its weights cannot express. */
async function leadsThere(
  { cluster }: ClusterPorts,
  { order, objects }: Pick<WantedFacts, 'order' | 'objects'>,
): Promise<readonly string[]> {
  const { target, weights } = order;
  const ref = routeRef(target);
  if (ref === null) return [];
  const route = (await cluster.get(ref)) ?? ownRoute(objects, target);
  if (route === null) {
    throw new SlipwayError(
      'NotFound',
      `There is no ${objectName(ref)}. Create it with a way to Service ${target.workload}, or correct the route of the service.`,
    );
  }
  withWeight(route, { workload: target.workload, canaryPercent: 0 });
  return weightNotes(route, { workload: target.workload, weights });
}

/** The API server itself says whether it takes the objects: as the canary's, and later as stable's. */
async function isAccepted(ports: ClusterPorts, facts: WantedFacts): Promise<void> {
  const { order, before, version, objects } = facts;
  const { target } = order;
  const canary = trackDeployment(objects, { target, version, track: 'canary', replicas: 1 });
  const isTried =
    before.record.stable !== NO_VERSION && (hasWeights(target) || order.weights.some((percent) => percent < 100));
  const stable = triedObjects(objects, { target, version });
  await applyVersion(ports, { target, objects: [...stable, ...(isTried ? [canary] : [])], dryRun: true });
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

async function liveReplicas(
  { cluster }: ClusterPorts,
  { target, objects }: { readonly target: WorkloadTarget; readonly objects: readonly ClusterObject[] },
): Promise<number> {
  const live = await cluster.get(deploymentRef(target, 'stable'));
  return live === null ? replicasOf(objects, target) : Number(specOf(live).replicas ?? 1);
}
