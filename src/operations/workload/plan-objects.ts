/**
 * Checks the objects of a version before the plan stores them. It finds which of them existed before Slipway, and which
 * permissions the others need. It also tells a person about the objects that the canary does not try.
 */

import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { Permission } from '../../domain/workload/cluster-call.ts';
import { type ClusterObject, isBuiltIn, objectName } from '../../domain/workload/cluster-object.ts';
import type { FoundWorkload } from '../../domain/workload/found-deployment.ts';
import { changedAtPromotion, isSame } from '../../domain/workload/objects-ahead.ts';
import { isBrought } from '../../domain/workload/workload-objects.ts';
import { NO_VERSION } from '../../domain/workload/workload-record.ts';
import { type ClusterPorts, findVersion } from './workload-store.ts';

export interface ObjectsOrder {
  readonly target: WorkloadTarget;
  /** The live version. */
  readonly stable: string;
  readonly objects: readonly ClusterObject[];
  /** A live version that Slipway found and has not yet stored. */
  readonly found?: FoundWorkload | null;
}

export interface PlannedObjects {
  readonly objects: readonly ClusterObject[];
  readonly notes: readonly string[];
}

/** Throws InvalidRequest when Slipway could create an object but not remove it again. */
export async function planObjects(ports: ClusterPorts, order: ObjectsOrder): Promise<PlannedObjects> {
  const { target, stable, objects, found } = order;
  const kept = stable === NO_VERSION ? [] : await findVersion(ports, { target, version: stable });
  const live = found?.objects ?? kept;
  const brought = objects.filter(
    (object) => object.kind !== 'Deployment' && live !== null && !live.some((other) => isSame(object, other)),
  );
  const foreign = await foreignAmong(ports, brought);
  const isForeign = (object: ClusterObject) =>
    foreign.includes(object) || live?.some((other) => isSame(object, other) && !isBrought(other)) === true;
  await mayBringAndRemove(ports, { target, objects: brought.filter((object) => !foreign.includes(object)) });
  return {
    objects: objects.map((object) => (isForeign(object) ? withoutOwner(object) : object)),
    notes: [...claimNotes(brought), ...lateNotes(changedAtPromotion(objects, { stable: live }))],
  };
}

/**
 * Returns the objects that already exist and that no version of a workload brought, and the objects that Slipway may
 * not read.
 */
async function foreignAmong(
  { cluster }: ClusterPorts,
  objects: readonly ClusterObject[],
): Promise<readonly ClusterObject[]> {
  const isForeign = async (object: ClusterObject) => {
    try {
      const there = await cluster.get(object);
      return there !== null && !isBrought(there);
    } catch (error) {
      if (!isSlipwayError(error) || error.name === 'Transient') throw error;
      return true;
    }
  };
  const answers = await Promise.all(objects.map(isForeign));
  return objects.filter((_, index) => answers[index]);
}

/** The label tells Slipway what it brought and may remove. */
function withoutOwner(object: ClusterObject): ClusterObject {
  const { 'slipway/workload': _, ...labels } = object.metadata.labels ?? {};
  return { ...object, metadata: { ...object.metadata, labels } };
}

/** Checks only kinds that Kubernetes itself serves: the names of other kinds in RBAC rules are not known here. */
async function mayBringAndRemove(
  { cluster }: ClusterPorts,
  { target, objects }: Pick<ObjectsOrder, 'target' | 'objects'>,
): Promise<void> {
  const asked = new Map<string, Permission>();
  for (const object of objects.filter(isBuiltIn)) {
    const resource = resourceOf(object);
    const verbs = object.kind === 'PersistentVolumeClaim' ? CREATED : [...CREATED, 'delete' as const];
    for (const verb of verbs) asked.set(`${verb} ${resource}`, { verb, resource });
  }
  const denied = await cluster.denied(target.namespace, [...asked.values()]);
  if (denied.length === 0) return;
  const what = denied.map(({ verb, resource }) => `${verb} ${resource}`).join(', ');
  throw new SlipwayError(
    'InvalidRequest',
    `This version brings objects, and Slipway may not ${what} in namespace ${target.namespace}. Apply k8s/access again there, or a Role of your own for the group, then deploy again.`,
  );
}

/** A claim is never deleted. */
const CREATED = ['get', 'create', 'patch'] as const;

/**
 * Returns names such as `networkpolicies.networking.k8s.io`: Kubernetes forms the names of its own resources by these
 * rules.
 */
function resourceOf({ apiVersion, kind }: ClusterObject): string {
  const name = kind.toLowerCase();
  const plural = name.endsWith('ss')
    ? `${name}es`
    : name.endsWith('y')
      ? `${name.slice(0, -1)}ies`
      : name.replace(/s?$/, 's');
  return apiVersion.includes('/') ? `${plural}.${apiVersion.replace(/\/.*$/, '')}` : plural;
}

function claimNotes(brought: readonly ClusterObject[]): readonly string[] {
  const claims = brought.filter(({ kind }) => kind === 'PersistentVolumeClaim').map(objectName);
  if (claims.length === 0) return [];
  return [
    `${claims.join(', ')} may come to hold data, so Slipway never deletes it, also when the version is taken back.`,
  ];
}

function lateNotes(late: readonly ClusterObject[]): readonly string[] {
  if (late.length === 0) return [];
  return [
    `Live pods use ${late.map(objectName).join(', ')} too, so its change comes with the promotion and the canary does not try it. To try it, give it a name of its own in this version.`,
  ];
}
