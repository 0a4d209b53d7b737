/**
 * The store behind the simulated API server: objects by kind, namespace and name, with one version counter for all of
 * them. It reports every change in the instant of the change, and skips a write that changes nothing.
 */
import type { ClusterObject, ObjectRef } from '../../../domain/workload/cluster-object.ts';
import type { Random } from '../../random.ts';
import { NO_OWNERS, type Owners } from './field-ownership.ts';
import { frozen, isSame, timestamp } from './plain-data.ts';

export interface StoredObject {
  readonly object: ClusterObject;
  /** Who set which fields. Empty for objects that controllers make. */
  readonly owners: Owners;
}

export interface StoreChange {
  readonly was: ClusterObject | undefined;
  /** Undefined when the object is gone. */
  readonly is: ClusterObject | undefined;
}

/** The object as it is now; after a deletion, the object as it was. */
export function subjectOf({ was, is }: StoreChange): ClusterObject {
  return (is ?? was) as ClusterObject;
}

export interface ObjectStore {
  find(ref: ObjectRef): StoredObject | undefined;
  /** Sorted by name. */
  list(place: { readonly kind: string; readonly namespace?: string }): readonly ClusterObject[];
  /** The objects of all namespaces: of one kind, or all objects, sorted by kind, namespace and name. */
  everywhere(kind?: string): readonly ClusterObject[];
  /** The objects that were made with this owner, in the order of their creation. */
  ownedBy(uid: string): readonly ClusterObject[];
  /** Creates or replaces the object. The store sets uid, creationTimestamp and resourceVersion. */
  put(object: ClusterObject, owners?: Owners): ClusterObject;
  drop(ref: ObjectRef): void;
  /** Returns a function that ends the subscription. */
  subscribe(listener: (change: StoreChange) => void): () => void;
}

export function objectStore({ now, random }: { now: () => number; random: Random }): ObjectStore {
  const shelves = new Map<string, Shelf>();
  const dependents = new Map<string, Set<ObjectRef>>();
  const listeners = new Set<(change: StoreChange) => void>();
  let version = 1_000;

  const find = (ref: ObjectRef) => shelves.get(shelfOf(ref))?.objects.get(ref.metadata.name);
  const tell = (change: StoreChange) => {
    for (const listener of listeners) listener(change);
  };
  const createdWith = () => ({ uid: uid(random), creationTimestamp: timestamp(now()) });
  return {
    find,
    list: (place) => sorted(shelves.get(shelfName(place))),
    everywhere: (kind) => {
      const names = [...shelves.keys()].filter((name) => kind === undefined || name.startsWith(`${kind} `));
      return names.sort().flatMap((name) => sorted(shelves.get(name)));
    },
    ownedBy: (owner) => [...(dependents.get(owner) ?? [])].flatMap((ref) => find(ref)?.object ?? []),
    put(object, owners) {
      const found = find(object);
      const kept = owners ?? found?.owners ?? NO_OWNERS;
      if (found && found.owners === kept && isUnchanged(found.object, object)) return found.object;
      version += 1;
      const { uid: id, creationTimestamp } = found?.object.metadata ?? createdWith();
      const metadata = { ...object.metadata, uid: id, creationTimestamp, resourceVersion: String(version) };
      const is = frozen({ ...object, metadata });
      write(shelfFor(shelves, object), { object: is, owners: kept });
      if (found === undefined) note(dependents, is);
      tell({ was: found?.object, is });
      return is;
    },
    drop(ref) {
      const found = find(ref);
      if (found === undefined) return;
      version += 1;
      erase(shelfFor(shelves, ref), ref.metadata.name);
      forget(dependents, found.object);
      tell({ was: found.object, is: undefined });
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The objects of a kind in a namespace. */
interface Shelf {
  readonly objects: Map<string, StoredObject>;
  /** Built when it is needed, and dropped at the next change. */
  sorted: readonly ClusterObject[] | undefined;
}

function write(shelf: Shelf, stored: StoredObject): void {
  shelf.objects.set(stored.object.metadata.name, stored);
  shelf.sorted = undefined;
}

function erase(shelf: Shelf, name: string): void {
  shelf.objects.delete(name);
  shelf.sorted = undefined;
}

function sorted(shelf: Shelf | undefined): readonly ClusterObject[] {
  if (shelf === undefined) return [];
  shelf.sorted ??= [...shelf.objects.values()]
    .map(({ object }) => object)
    .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
  return shelf.sorted;
}

function shelfName({ kind, namespace = '' }: { kind: string; namespace?: string | undefined }): string {
  return `${kind} ${namespace}`;
}

function shelfOf({ kind, metadata: { namespace } }: ObjectRef): string {
  return shelfName({ kind, namespace });
}

function shelfFor(shelves: Map<string, Shelf>, ref: ObjectRef): Shelf {
  const name = shelfOf(ref);
  const shelf = shelves.get(name) ?? { objects: new Map(), sorted: undefined };
  shelves.set(name, shelf);
  return shelf;
}

function note(dependents: Map<string, Set<ObjectRef>>, object: ClusterObject): void {
  for (const owner of ownersOf(object)) {
    const { apiVersion, kind, metadata } = object;
    const { name, namespace } = metadata;
    const ref = { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
    dependents.set(owner, (dependents.get(owner) ?? new Set()).add(ref));
  }
}

function forget(dependents: Map<string, Set<ObjectRef>>, { kind, metadata }: ClusterObject): void {
  for (const owner of ownersOf({ metadata })) {
    const refs = dependents.get(owner);
    for (const ref of refs ?? []) if (ref.kind === kind && ref.metadata.name === metadata.name) refs?.delete(ref);
    if (refs?.size === 0) dependents.delete(owner);
  }
}

function ownersOf({ metadata }: Pick<ClusterObject, 'metadata'>): readonly string[] {
  const owners = metadata.ownerReferences as readonly { readonly uid: string }[] | undefined;
  return owners?.map((owner) => owner.uid) ?? [];
}

function isUnchanged(stored: ClusterObject, given: ClusterObject): boolean {
  if (stored === given) return true;
  const { resourceVersion, uid: id, creationTimestamp } = stored.metadata;
  return isSame({ ...given, metadata: { ...given.metadata, resourceVersion, uid: id, creationTimestamp } }, stored);
}

function uid(random: Random): string {
  return [8, 4, 4, 4, 12].map((digits) => random.hex(digits)).join('-');
}
