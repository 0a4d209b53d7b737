/**
 * Server-side apply, as a function of data: what an object becomes when a manager applies fields to it. What the manager
 * had applied before and leaves out now is removed, unless somebody else owns it too.
 */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import { merged, without } from './field-merge.ts';
import {
  conflictsOf,
  type FieldConflict,
  isManager,
  type Manager,
  type Owners,
  ownersAfterApply,
} from './field-ownership.ts';
import { type FieldSet, isWithin, leavesOf, type Path } from './field-paths.ts';
import { shapeOf } from './shapes.ts';

export interface Applied {
  readonly object: ClusterObject;
  readonly owners: Owners;
  /** Fields that others own and that this changes: to be refused, unless it is forced. */
  readonly conflicts: readonly FieldConflict[];
}

export function applied(
  live: { readonly object: ClusterObject; readonly owners: Owners } | undefined,
  { fields, manager }: { fields: ClusterObject; manager: Manager },
): Applied {
  const leaves = leavesOf(fields);
  const own = ownedPart(fields);
  if (live === undefined) {
    return { object: own, owners: ownersAfterApply([], { manager, applied: leaves, taken: [] }), conflicts: [] };
  }
  const result = merged(shapeOf(fields.kind), { live: live.object, applied: own }) as ClusterObject;
  const conflicts = conflictsOf(live.owners, { manager, was: leavesOf(live.object), is: leavesOf(result) });
  const owners = ownersAfterApply(live.owners, { manager, applied: leaves, taken: conflicts });
  const last = live.owners.find((owner) => isManager(owner, manager))?.fields;
  if (last === undefined) return { object: result, owners, conflicts };
  return { object: prunedOf(result, { last, owners }), owners, conflicts };
}

/** An apply to the object itself never sets its status, nor what the API server sets. */
function ownedPart({ status: _, metadata, ...rest }: ClusterObject): ClusterObject {
  const { name, namespace, labels, annotations, ownerReferences, finalizers } = metadata;
  const given = { name, namespace, labels, annotations, ownerReferences, finalizers };
  const kept = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...rest, metadata: kept as ClusterObject['metadata'] };
}

/**
 * Without what was applied last and is owned by nobody now. A structure or a map in which nobody owns anything any more
 * goes whole, with the defaults in it.
 */
function prunedOf(object: ClusterObject, { last, owners }: { last: FieldSet; owners: Owners }): ClusterObject {
  const left = [...last].filter(([printed]) => !owners.some(({ fields }) => fields.has(printed)));
  if (left.length === 0) return object;
  const owned = owners.flatMap((owner) => [...owner.fields.values()]);
  const gone = left.flatMap(([, path]) => outermostUnowned(path, { last, owned }) ?? []);
  return gone.reduce((result, { path }) => without(result, path), object);
}

function outermostUnowned(
  path: Path,
  { last, owned }: { last: FieldSet; owned: readonly Path[] },
): { readonly path: Path } | undefined {
  for (let length = 1; length <= path.length; length += 1) {
    const outer = path.slice(0, length);
    // The name of the object is in its metadata, and an item of a list goes only if it was applied itself.
    const mayGo = outer.join() !== 'metadata' && (typeof outer.at(-1) === 'string' || hasPath(last, outer));
    if (mayGo && !owned.some((one) => isWithin(one, outer))) return { path: outer };
  }
  return undefined;
}

function hasPath(fields: FieldSet, path: Path): boolean {
  return [...fields.values()].some((one) => one.length === path.length && isWithin(one, path));
}
