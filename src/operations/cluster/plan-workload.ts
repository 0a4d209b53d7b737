/**
 * First order of a rollout on Kubernetes: looks before it leaps, keeps the manifests of the new version, and takes the
 * workload's record. No pod changes, but for those of a canary that a superseded deployment has left.
 */
import type { ClusterObject } from '../../domain/cluster/cluster-object.ts';
import { objectName } from '../../domain/cluster/cluster-object.ts';
import type { ClusterDone, ClusterOrder } from '../../domain/cluster/cluster-order.ts';
import { folderVersion } from '../../domain/cluster/folder-version.ts';
import { type CountOrder, countNotes } from '../../domain/cluster/pod-count.ts';
import { renderManifests } from '../../domain/cluster/render-manifests.ts';
import { versionLabels, versionsToForget } from '../../domain/cluster/stored-version.ts';
import { keptImageNotes } from '../../domain/cluster/version-images.ts';
import {
  deploymentRef,
  ownObjects,
  replicasOf,
  specOf,
  trackDeployment,
  versionOf,
  withImage,
} from '../../domain/cluster/workload-objects.ts';
import { admitForward, groundOf, homeOf, NO_VERSION, type StoredRecord } from '../../domain/cluster/workload-record.ts';
import { hasWeights, replicaNotes, routeRef, withWeight } from '../../domain/cluster/workload-route.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service-spec.ts';
import type { Permission } from '../../ports.ts';
import { convergeWorkload, podsOf } from './converge-workload.ts';
import { orderedCount, triedCount } from './ordered-count.ts';
import { planObjects } from './plan-objects.ts';
import { triedObjects } from './version-objects.ts';
import { type ClusterPorts, claimWorkload, keepVersion, readRecord, readVersion } from './workload-store.ts';

export type PlanOrder = Extract<ClusterOrder, { readonly do: 'plan' }>;

export async function planWorkload(ports: ClusterPorts, order: PlanOrder): Promise<ClusterDone> {
  const { target } = order;
  const found = await readRecord(ports, target);
  admitForward(found, order);
  const before = { ...found, record: { ...found.record, stable: groundOf(found, order.clears).stable } };
  await mayDoAll(ports, target);
  const { version, objects: wanted } = await wantedVersion(ports, order);
  isNews(before, { target, version });
  await isFreeToTake(ports, { target, before });
  await leadsThere(ports, target);
  const { objects, notes } = await planObjects(ports, { target, stable: before.record.stable, objects: wanted });
  const counted = await orderedCount(ports, { target, objects });
  await isAccepted(ports, { order, before, version, objects, count: triedCount(counted) });

  await keepVersion(ports, { target, version, objects, deploymentId: order.deploymentId });
  const stored = await claimWorkload(ports, {
    target,
    holder: order,
    closed: false,
    about: null,
    decide(present) {
      admitForward(present, order);
      const { record } = present;
      // It comes a second time, and its deployment may have gone on since.
      if (record.deploymentId === order.deploymentId) return { split: record, before: record.before };
      const { stable, cleared } = groundOf(present, order.clears);
      return { split: homeOf(stable), before: stable, cleared };
    },
  });
  if (stored.record.cleared !== null || found.record.canary !== null)
    await convergeWorkload(ports, { target, stored, way: 'back' });
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
    notes: [
      ...replicaNotes(target, { stableReplicas, weights: order.weights }),
      ...('image' in order.wanted ? keptImageNotes(objects, order.wanted.image) : []),
      ...notes,
      ...countNotes(counted.count, counted.facts),
    ],
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
  { verb: 'list', resource: 'horizontalpodautoscalers.autoscaling' },
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
      ? await folderObjects(ports, { folder: manifests.folder, workload, image })
      : renderManifests({ service, image, target: { ...target, manifests } });
  const objects = ownObjects(made, { target, service });
  return { version: versionOf(objects), objects };
}

async function folderObjects(
  { cluster }: ClusterPorts,
  { folder, ...change }: { readonly folder: string; readonly workload: string; readonly image: string },
): Promise<readonly ClusterObject[]> {
  const built = await cluster.build(folder);
  return folderVersion(built, { imaged: withImage(built, change) });
}

function isNews({ record }: StoredRecord, { target, version }: { target: WorkloadTarget; version: string }): void {
  if (record.stable !== version) return;
  throw new SlipwayError(
    'Conflict',
    `Version ${version} of ${target.workload}, with the same image and manifests, holds all the traffic already. There is nothing to deploy.`,
  );
}

async function isFreeToTake(
  { cluster }: ClusterPorts,
  { target, before }: { readonly target: WorkloadTarget; readonly before: StoredRecord },
): Promise<void> {
  if (before.revision !== null) return;
  const found = await cluster.get(deploymentRef(target, 'stable'));
  if (found === null) return;
  throw new SlipwayError(
    'InvalidRequest',
    `${objectName(found)} is there, and was not deployed by Slipway, which would not know the way back to it. Give the workload a name of its own, shift the traffic to it, and delete the old one.`,
  );
}

/** A route that does not lead to the workload is found here, and not in mid-rollout. */
async function leadsThere({ cluster }: ClusterPorts, target: WorkloadTarget): Promise<void> {
  const ref = routeRef(target);
  if (ref === null) return;
  const route = await cluster.get(ref);
  if (route === null) {
    throw new SlipwayError(
      'NotFound',
      `There is no ${objectName(ref)}. Create it with a way to Service ${target.workload}, or correct the route of the service.`,
    );
  }
  withWeight(route, { workload: target.workload, canaryPercent: 0 });
}

/** The API server itself says whether it takes the objects: as the canary's, and later as stable's. */
async function isAccepted(
  { cluster }: ClusterPorts,
  facts: {
    readonly order: PlanOrder;
    readonly before: StoredRecord;
    readonly version: string;
    readonly objects: readonly ClusterObject[];
    readonly count: CountOrder;
  },
): Promise<void> {
  const { order, before, version, objects, count } = facts;
  const { target } = order;
  const canary = trackDeployment(objects, { target, version, track: 'canary', replicas: 1 });
  const isTried =
    before.record.stable !== NO_VERSION && (hasWeights(target) || order.weights.some((percent) => percent < 100));
  const stable = triedObjects(objects, { target, version, count });
  await cluster.apply({ objects: [...stable, ...(isTried ? [canary] : [])], dryRun: true });
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
