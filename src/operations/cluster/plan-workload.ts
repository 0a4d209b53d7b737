/**
 * First order of a rollout on Kubernetes: looks before it leaps, keeps the manifests of the new version, and takes the
 * workload's record. No pod changes, but for those of a canary that a superseded deployment has left.
 */
import type { ClusterObject } from '../../domain/cluster/cluster-object.ts';
import { objectName } from '../../domain/cluster/cluster-object.ts';
import type { ClusterDone, ClusterOrder } from '../../domain/cluster/cluster-order.ts';
import { renderManifests } from '../../domain/cluster/render-manifests.ts';
import { limitNotes, refuseEndless } from '../../domain/cluster/rollout-limits.ts';
import { versionLabels, versionsToForget } from '../../domain/cluster/stored-version.ts';
import { withImage } from '../../domain/cluster/workload-container.ts';
import {
  deploymentRef,
  listOf,
  ownObjects,
  replicasOf,
  specOf,
  templateOf,
  trackDeployment,
  versionOf,
} from '../../domain/cluster/workload-objects.ts';
import { partOf } from '../../domain/cluster/workload-part.ts';
import { admitForward, groundOf, homeOf, NO_VERSION, type StoredRecord } from '../../domain/cluster/workload-record.ts';
import { hasWeights, replicaNotes, routeRef, withWeight } from '../../domain/cluster/workload-route.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service-spec.ts';
import type { Permission } from '../../ports.ts';
import { convergeWorkload, podsOf, triedObjects } from './converge-workload.ts';
import { letsPodsIn } from './lets-pods-in.ts';
import { type ClusterPorts, claimWorkload, keepVersion, readRecord, readVersion } from './workload-store.ts';

export type PlanOrder = Extract<ClusterOrder, { readonly do: 'plan' }>;

export async function planWorkload(ports: ClusterPorts, order: PlanOrder): Promise<ClusterDone> {
  const { target } = order;
  const found = await readRecord(ports, target);
  admitForward(found, order);
  const before = { ...found, record: { ...found.record, stable: groundOf(found, order.clears).stable } };
  await mayDoAll(ports, target);
  const { version, objects, left } = await wantedVersion(ports, order);
  await isNews(ports, { target, before, version, objects });
  await isFreeToTake(ports, { target, before });
  await leadsThere(ports, target);
  const limits = 'image' in order.wanted ? limitsOf(objects, order) : [];
  await isAccepted(ports, { order, before, version, objects });
  if ('image' in order.wanted) await letsPodsIn(ports, { target, objects });

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
    notes: [...replicaNotes(target, { stableReplicas, weights: order.weights }), ...limits, ...notesOn(left)],
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

export interface FoundVersion {
  readonly version: string;
  readonly objects: readonly ClusterObject[];
  /** What the folder has that belongs to other workloads. */
  readonly left: readonly ClusterObject[];
}

/** Also for `diff`, which changes nothing. */
export async function wantedVersion(
  ports: ClusterPorts,
  { target, service, wanted, manifests }: WantedOrder,
): Promise<FoundVersion> {
  if ('version' in wanted)
    return {
      version: wanted.version,
      objects: await readVersion(ports, { target, version: wanted.version }),
      left: [],
    };
  const { image } = wanted;
  const { workload } = target;
  if (!('folder' in manifests)) {
    const objects = ownObjects(renderManifests({ service, image, target: { ...target, manifests } }), {
      target,
      service,
    });
    return { version: versionOf(objects), objects, left: [] };
  }
  const { folder, container } = manifests;
  const part = partOf(await ports.cluster.build(folder), workload);
  const objects = ownObjects(withImage(part.objects, { workload, image, container }), { target, service });
  return { version: versionOf(objects), objects, left: part.left };
}

function notesOn(left: readonly ClusterObject[]): readonly string[] {
  if (left.length === 0) return [];
  const names = left.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ');
  return [`The folder also has what belongs to other workloads, and it is left alone: ${names}.`];
}

interface News {
  readonly target: WorkloadTarget;
  readonly before: StoredRecord;
  readonly version: string;
  readonly objects: readonly ClusterObject[];
}

async function isNews({ cluster }: ClusterPorts, { target, before, version, objects }: News): Promise<void> {
  if (before.record.stable !== version) return;
  const ref = deploymentRef(target, 'stable');
  const imagesIn = (deployment: ClusterObject | null | undefined) =>
    listOf(specOf(templateOf(deployment ?? {})).containers).map(({ image }) => String(image));
  const wanted = imagesIn(objects.find(({ kind }) => kind === 'Deployment'));
  const foreign = imagesIn(await cluster.get(ref)).filter((image) => !wanted.includes(image));
  const name = `Version ${version} of ${target.workload}, with the same image and manifests,`;
  const undo = `kubectl --namespace ${target.namespace} rollout undo deployment/${target.workload}`;
  throw new SlipwayError(
    'Conflict',
    foreign.length === 0
      ? `${name} holds all the traffic already. There is nothing to deploy.`
      : `${name} is live already, but somebody has set another image by hand: ${foreign.join(', ')}. Put it back with ${undo}, or deploy another version with "hotfix": true.`,
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

/** A rollout that cannot end in time is refused; what a person should know of its times is returned. */
function limitsOf(objects: readonly ClusterObject[], { target, manifests }: PlanOrder): readonly string[] {
  const { readyWithin } = target;
  const deployments = objects.filter(({ kind }) => kind === 'Deployment');
  for (const one of deployments) refuseEndless(one, { readyWithin, replicas: replicasOf(objects, target) });
  return 'folder' in manifests ? deployments.flatMap((one) => limitNotes(one, { readyWithin })) : [];
}

/** The API server itself says whether it takes the objects: as the canary's, and later as stable's. */
async function isAccepted(
  { cluster }: ClusterPorts,
  facts: {
    readonly order: PlanOrder;
    readonly before: StoredRecord;
    readonly version: string;
    readonly objects: readonly ClusterObject[];
  },
): Promise<void> {
  const { order, before, version, objects } = facts;
  const { target } = order;
  const canary = trackDeployment(objects, { target, version, track: 'canary', replicas: 1 });
  const isTried =
    before.record.stable !== NO_VERSION && (hasWeights(target) || order.weights.some((percent) => percent < 100));
  const stable = triedObjects(objects, { target, version });
  await cluster.apply({
    objects: [...stable, ...(isTried ? [canary] : [])],
    dryRun: true,
    force: order.takesOver === true,
  });
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
