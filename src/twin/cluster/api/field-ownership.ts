/**
 * Says who owns which field of an object, like `metadata.managedFields`. An apply and an update of the same manager are
 * two owners, and so is a change through a subresource. So an apply can conflict with the same manager's own scaling.
 */
import { type FieldSet, isWithin, type Leaf, type Leaves, type Path } from './field-paths.ts';
import { isSame } from './plain-data.ts';

export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource?: 'scale';
}
export interface Owner extends Manager {
  readonly fields: FieldSet;
}
export type Owners = readonly Owner[];

export const NO_OWNERS: Owners = [];

export function isManager(owner: Manager, { manager, operation, subresource }: Manager): boolean {
  return owner.manager === manager && owner.operation === operation && owner.subresource === subresource;
}

export function fieldsOf(leaves: Leaves): FieldSet {
  return new Map([...leaves].map(([printed, { path }]) => [printed, path]));
}

export interface FieldConflict {
  readonly owner: Owner;
  readonly fields: readonly string[];
}

/** Returns the fields that other managers own and that this manager would change, in the API server's order. */
export function conflictsOf(
  owners: Owners,
  { manager, was, is }: { manager: Manager; was: Leaves; is: Leaves },
): readonly FieldConflict[] {
  const changed = [...is].filter(([printed, { value }]) => !isSame(was.get(printed)?.value, value));
  const isChanged = (field: readonly [string, Path]) =>
    changed.some(([printed]) => printed === field[0]) || isFilled(field, { was, is, changed });
  return owners
    .filter((owner) => !isManager(owner, manager))
    .map((owner) => ({ owner, fields: inOrder([...owner.fields].filter(isChanged)) }))
    .filter(({ fields }) => fields.length > 0)
    .sort(({ owner: one }, { owner: other }) => (one.manager < other.manager ? -1 : 1));
}

/** The owner of an empty map owns the fact that it is empty. */
function isFilled(
  [printed, path]: readonly [string, Path],
  { was, is, changed }: { was: Leaves; is: Leaves; changed: readonly (readonly [string, Leaf])[] },
): boolean {
  const isInMap = ({ path: inner }: Leaf) => isWithin(inner, path) && typeof inner[path.length] === 'string';
  if (is.has(printed) || !changed.some(([, leaf]) => isInMap(leaf))) return false;
  return ![...was.values()].some((leaf) => isWithin(leaf.path, path));
}

function inOrder(fields: readonly (readonly [string, Path])[]): readonly string[] {
  return [...fields].sort(([, one], [, other]) => compare(one, other)).map(([printed]) => printed);
}

/** On one level, fields that end there come first, then fields that lead deeper; each group is sorted by name. */
function compare(one: Path, other: Path): number {
  const at = one.findIndex((segment, index) => !isSame(segment, other[index]));
  const isEnd = (path: Path) => (path.length === at + 1 ? 0 : 1);
  if (isEnd(one) !== isEnd(other)) return isEnd(one) - isEnd(other);
  return JSON.stringify(one[at]) < JSON.stringify(other[at]) ? -1 : 1;
}

/** After an apply, the manager owns what it applied, and the other managers lose what it took from them. */
export function ownersAfterApply(
  owners: Owners,
  { manager, applied, taken }: { manager: Manager; applied: Leaves; taken: readonly FieldConflict[] },
): Owners {
  const lost = new Set(taken.flatMap(({ fields }) => fields));
  const others = owners.filter((owner) => !isManager(owner, manager)).map((owner) => remaining(owner, lost));
  const own = owners.find((owner) => isManager(owner, manager));
  const fields = fieldsOf(applied);
  const after = own && sameFields(own.fields, fields) ? own : { ...manager, fields };
  return kept(owners, [...others, after]);
}

/** After an update, the manager also owns what it added or changed. A field that is gone has no owner. */
export function ownersAfterUpdate(
  owners: Owners,
  { manager, was, is }: { manager: Manager; was: Leaves; is: Leaves },
): Owners {
  const changed = [...is].filter(([printed, { value }]) => !isSame(was.get(printed)?.value, value));
  const gone = [...was.keys()].filter((printed) => !is.has(printed));
  if (changed.length === 0 && gone.length === 0) return owners;
  const lost = new Set([...gone, ...changed.map(([printed]) => printed)]);
  const others = owners.filter((owner) => !isManager(owner, manager)).map((owner) => remaining(owner, lost));
  const before = owners.find((owner) => isManager(owner, manager))?.fields ?? new Map();
  const mine = [...before].filter(([printed]) => is.has(printed));
  const fields = new Map([...mine, ...changed.map(([printed, { path }]) => [printed, path] as const)]);
  return kept(owners, [...others, { ...manager, fields }]);
}

/**
 * Runs before an apply that adopts the object: the manager then owns all fields that tools have set. Finalizers and
 * owner references stay with their owners, and so does a number of pods that is not applied.
 */
export function ownersAfterAdoption(
  owners: Owners,
  { manager, applied }: { manager: Manager; applied: Leaves },
): Owners {
  const isTools = (owner: Owner) =>
    owner.subresource === undefined && [...owner.fields.values()].some(([first]) => first !== 'metadata');
  const tools = owners.filter((owner) => isTools(owner) || isManager(owner, manager));
  if (tools.length === 0) return owners;
  const isTie = (path: Path) => path[0] === 'metadata' && (path[1] === 'finalizers' || path[1] === 'ownerReferences');
  const stays = (printed: string) => printed === '.spec.replicas' && !applied.has(printed);
  const all = tools.flatMap(({ fields }) => [...fields]).filter(([printed, path]) => !isTie(path) && !stays(printed));
  return [...owners.filter((owner) => !tools.includes(owner)), { ...manager, fields: new Map(all) }];
}

function remaining(owner: Owner, lost: ReadonlySet<string>): Owner {
  const left = [...owner.fields].filter(([printed]) => !lost.has(printed));
  return left.length === owner.fields.size ? owner : { ...owner, fields: new Map(left) };
}

/** Returns the same list when nothing has changed, so that the store can see this. */
function kept(before: Owners, after: readonly Owner[]): Owners {
  const left = after.filter(({ fields }) => fields.size > 0);
  return left.length === before.length && left.every((owner) => before.includes(owner)) ? before : left;
}

function sameFields(one: FieldSet, other: FieldSet): boolean {
  return one.size === other.size && [...one.keys()].every((printed) => other.has(printed));
}
