/**
 * Server-side apply, as a function of data: the object that results when a manager applies fields to it. A field that
 * the manager applied before and leaves out now is removed, unless another manager owns it too.
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
  /** Fields that other managers own and that this apply changes. The apply is refused unless it is forced. */
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

/** An apply to the object itself never sets its status, and never sets what the API server sets. */
function ownedPart({ status: _, metadata, ...rest }: ClusterObject): ClusterObject {
  const { name, namespace, labels, annotations, ownerReferences, finalizers } = metadata;
  const given = { name, namespace, labels, annotations, ownerReferences, finalizers };
  const kept = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...rest, metadata: kept as ClusterObject['metadata'] };
}

/**
 * Removes the fields that were applied last and have no owner now. A structure or map in which no field has an owner is
 * removed whole, with the defaults in it.
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
    // The metadata stays because it holds the object's name. An item of a list is removed only if it was applied
    // itself.
    const mayGo = outer.join() !== 'metadata' && (typeof outer.at(-1) === 'string' || hasPath(last, outer));
    if (mayGo && !owned.some((one) => isWithin(one, outer))) return { path: outer };
  }
  return undefined;
}

function hasPath(fields: FieldSet, path: Path): boolean {
  return [...fields.values()].some((one) => one.length === path.length && isWithin(one, path));
}
