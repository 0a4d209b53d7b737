/**
 * The simulated API server: what a request does to the store. Each write gets defaults, is validated against the
 * existing objects, and is counted against quotas. A dry run does all of this and stops before the store.
 */
import type { ClusterObject, ObjectRef } from '../../../domain/workload/cluster-object.ts';
import { withDefaults } from './defaults.ts';
import { type Manager, NO_OWNERS, type Owners, ownersAfterAdoption, ownersAfterUpdate } from './field-ownership.ts';
import { type Leaves, leavesOf } from './field-paths.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { frozen, frozenCopy, isSame } from './plain-data.ts';
import { podRefused, withLimitDefaults } from './pod-admission.ts';
import { quotaExceeded } from './quota.ts';
import * as refuse from './refusals.ts';
import { namespaceOf, type ResourceTable } from './resources.ts';
import { applied } from './server-side-apply.ts';
import { allocated, allocationErrors } from './service-addresses.ts';
import { validationErrors } from './validation.ts';
import type { Deployment, PodSpec } from './workload-objects.ts';

export interface WriteOrder {
  readonly object: ClusterObject;
  readonly manager: string;
  readonly dryRun?: boolean;
}

export interface ApplyOrder extends WriteOrder {
  /** Take over the fields that other managers own. */
  readonly force?: boolean;
  /** Take over all fields that tools have set, so that fields which are left out disappear. */
  readonly adopts?: boolean | undefined;
}

export interface ScaleOrder {
  readonly ref: ObjectRef;
  readonly replicas: number;
  readonly manager: string;
}

export interface StatusOrder {
  readonly ref: ObjectRef;
  readonly status: object;
}

export interface ApiServer {
  /** Resolves the kind and the place of a reference. Throws NotFound or InvalidRequest. */
  subject(ref: ObjectRef): refuse.Subject;
  find(ref: ObjectRef): ClusterObject | undefined;
  create(order: WriteOrder): ClusterObject;
  /** When the object has a resourceVersion, refuses the update unless that is still the current version. */
  update(order: WriteOrder): ClusterObject;
  apply(order: ApplyOrder): ClusterObject;
  /**
   * Scales by the scale subresource. The subresource is an owner of its own, and only becomes one if the number had an
   * owner before.
   */
  scale(order: ScaleOrder): void;
  /** Writes by the status subresource: nothing else changes, and the generation stays. */
  writeStatus(order: StatusOrder): void;
  /**
   * Deletes the object at once, or begins the deletion when it has a grace period. A missing object is not an error.
   */
  remove(ref: ObjectRef): void;
}

export interface ApiServerOrder {
  readonly store: ObjectStore;
  readonly resources: ResourceTable;
  /** Begins the end of an object that is not deleted at once. */
  readonly endGracefully: (object: ClusterObject) => void;
}

export function apiServer(order: ApiServerOrder): ApiServer {
  const { store, resources, endGracefully } = order;
  const subject = (ref: ObjectRef): refuse.Subject => {
    const resource = resources.of(ref);
    namespaceOf(ref, resource);
    return { ref, resource };
  };
  const subjected = (ref: ObjectRef): Found => ({ store, subject: subject(ref), live: store.find(ref) });
  return {
    subject,
    find: (ref) => subjected(ref).live?.object,
    create: (write) => create(subjected(write.object), write),
    update: (write) => update(subjected(write.object), write),
    apply: (write) => apply(subjected(write.object), write),
    scale: (scaling) => scale(subjected(scaling.ref), scaling),
    writeStatus: (writing) => writeStatus(subjected(writing.ref), writing),
    remove: (ref) => {
      const { live } = subjected(ref);
      if (live === undefined) return;
      const isGraceful = ref.kind === 'Pod' || ref.kind === 'Namespace' || hasFinalizers(live.object);
      if (isGraceful) endGracefully(live.object);
      else store.drop(ref);
    },
  };
}

/** The subject of a request, and the live object. */
interface Found {
  readonly store: ObjectStore;
  readonly subject: refuse.Subject;
  readonly live: StoredObject | undefined;
}

function create(found: Found, { object: given, manager, dryRun }: WriteOrder): ClusterObject {
  if (found.live) throw refuse.alreadyThere(found.subject);
  const owners = ownersOfUpdate({ manager, operation: 'Update' }, undefined);
  return write({ ...found, object: createdFrom(frozenCopy(given)), owners, dryRun });
}

function update(found: Found, { object: given, manager, dryRun }: WriteOrder): ClusterObject {
  const { live, subject } = found;
  if (live === undefined) throw refuse.notFound(subject);
  refuseStale(given, found);
  const owners = ownersOfUpdate({ manager, operation: 'Update' }, live);
  return write({ ...found, object: updatedFrom(live.object, frozenCopy(given)), owners, dryRun });
}

function apply(found: Found, { object: given, manager, force, dryRun, adopts = false }: ApplyOrder): ClusterObject {
  refuseStale(given, found);
  const by: Manager = { manager, operation: 'Apply' };
  const fields = frozenCopy(given);
  const live = adopts && !dryRun ? adoptedBy(found.live, { manager: by, fields }) : found.live;
  const { object, owners, conflicts } = applied(live, { fields, manager: by });
  if (conflicts.length > 0 && !force) throw refuse.applyConflict(found.subject, conflicts);
  return write({ ...found, object, owners, dryRun });
}

function adoptedBy(
  live: StoredObject | undefined,
  { manager, fields }: { readonly manager: Manager; readonly fields: ClusterObject },
): StoredObject | undefined {
  if (live === undefined) return live;
  return { ...live, owners: ownersAfterAdoption(live.owners, { manager, applied: leavesOf(fields) }) };
}

function scale(found: Found, { replicas, manager }: ScaleOrder): void {
  const { live, subject } = found;
  if (live === undefined) throw refuse.notFound(subject);
  const object = { ...live.object, spec: { ...(live.object as Deployment).spec, replicas } };
  // A number without an owner stays without one: the API server does not record an owner in the subresource either.
  const isOwned = live.owners.some(({ fields }) => fields.has('.spec.replicas'));
  const by: Manager = { manager, operation: 'Update', subresource: 'scale' };
  write({ ...found, object, owners: isOwned ? ownersOfUpdate(by, live) : live.owners, dryRun: false });
}

function writeStatus({ store, live, subject }: Found, { status }: StatusOrder): void {
  if (live === undefined) throw refuse.notFound(subject);
  store.put({ ...live.object, status });
}

interface Draft extends Found {
  readonly object: ClusterObject;
  /** The owners are known after an apply. After an update they depend on the fields that the defaults have added. */
  readonly owners: Owners | ((object: ClusterObject) => Owners);
  readonly dryRun: boolean | undefined;
}

function write(draft: Draft): ClusterObject {
  const object = admitted(draft);
  const owners = typeof draft.owners === 'function' ? draft.owners(object) : draft.owners;
  if (draft.dryRun) return object;
  const put = draft.store.put(object, owners);
  // The last finalizer was removed, so the deleted object can go.
  const wasHeld = draft.live !== undefined && hasFinalizers(draft.live.object);
  if (put.metadata.deletionTimestamp !== undefined && wasHeld && !hasFinalizers(put)) draft.store.drop(put);
  return put;
}

function hasFinalizers({ metadata: { finalizers } }: ClusterObject): boolean {
  return Array.isArray(finalizers) && finalizers.length > 0;
}

function ownersOfUpdate(manager: Manager, live: StoredObject | undefined): (object: ClusterObject) => Owners {
  return (object) => {
    const was: Leaves = live === undefined ? new Map() : leavesOf(live.object);
    return ownersAfterUpdate(live?.owners ?? NO_OWNERS, { manager, was, is: leavesOf(object) });
  };
}

function admitted({ store, object: draft, live, subject }: Draft): ClusterObject {
  const { namespace } = subject.ref.metadata;
  if (live === undefined && namespace !== undefined) refuseOutside(store, { namespace, subject });
  const filled = allocated(withDefaults(draft), { store, was: live?.object });
  const object = frozen(live === undefined ? withPodLimits(filled, store) : filled);
  // Throws when a field has the wrong type or is not in the schema.
  leavesOf(object);
  const causes = [...validationErrors(object, live?.object), ...allocationErrors(object, store)];
  if (causes.length > 0) throw refuse.invalid(subject, causes);
  if (live === undefined && namespace !== undefined) {
    const exceeded = quotaExceeded(store, { namespace, resource: subject.resource });
    if (exceeded !== null) throw refuse.overQuota(subject, exceeded);
    const { kind, spec } = object;
    const refused = kind === 'Pod' ? podRefused(store, { namespace, spec: spec as PodSpec }) : null;
    if (refused !== null) throw refuse.podForbidden(subject, refused);
  }
  const generation = subject.resource.counted ? { generation: generationOf(object, live?.object) } : {};
  return { ...object, metadata: { ...object.metadata, ...generation } };
}

function withPodLimits(object: ClusterObject, store: ObjectStore): ClusterObject {
  const { kind, spec, metadata } = object;
  if (kind !== 'Pod' || metadata.namespace === undefined || (spec as PodSpec | undefined)?.containers === undefined)
    return object;
  return { ...object, spec: withLimitDefaults(store, { namespace: metadata.namespace, spec: spec as PodSpec }) };
}

function refuseOutside(store: ObjectStore, { namespace, subject }: { namespace: string; subject: refuse.Subject }) {
  const found = store.find({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  if (found === undefined) throw refuse.namespaceNotFound(subject);
  if (found.object.metadata.deletionTimestamp !== undefined) throw refuse.namespaceEnding(subject);
}

function refuseStale(given: ClusterObject, { live, subject }: Found): void {
  const { resourceVersion } = given.metadata;
  if (resourceVersion === undefined) return;
  if (live?.object.metadata.resourceVersion !== resourceVersion) throw refuse.hasChanged(subject);
}

function createdFrom({ status: _, metadata, ...given }: ClusterObject): ClusterObject {
  const { uid: _uid, creationTimestamp: _at, resourceVersion: _version, generation: _count, ...own } = metadata;
  return { ...given, metadata: own } as ClusterObject;
}

/** Keeps what an update cannot change: the status, and the fields that the API server has set. */
function updatedFrom(live: ClusterObject, { status: _, ...given }: ClusterObject): ClusterObject {
  const { uid, creationTimestamp, resourceVersion, generation, deletionTimestamp } = live.metadata;
  const kept = { uid, creationTimestamp, resourceVersion, generation, deletionTimestamp };
  const set = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  const status = live.status === undefined ? {} : { status: live.status };
  return { ...given, ...status, metadata: { ...given.metadata, ...set } } as ClusterObject;
}

/** Deployments also count changes of their annotations, because the ReplicaSets carry these. */
function generationOf(object: ClusterObject, was: ClusterObject | undefined): number {
  if (was === undefined) return 1;
  const before = was.metadata.generation ?? 1;
  const isAsBefore =
    isSame(object.spec, was.spec) &&
    (object.kind !== 'Deployment' || isSame(object.metadata.annotations ?? {}, was.metadata.annotations ?? {}));
  return isAsBefore ? before : before + 1;
}
