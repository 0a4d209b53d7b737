/**
 * Checks objects against the table of hardening.ts. Also plants faults, which show that each row of the table can fail.
 */
import { type ClusterObject, objectName } from '../../src/domain/workload/cluster-object.ts';
import type { HardeningItem, Judge } from './hardening.ts';

type Objects = readonly ClusterObject[];

/** Returns one sentence for each object that lacks something. It begins with the name of the item. */
export function problemsOf(objects: Objects, items: readonly HardeningItem[]): string[] {
  return items.flatMap((item) => {
    const meant = objects.filter((object) => isMeant(item, object));
    if (meant.length === 0) return [`${item.item}: there is no ${item.kind}`];
    return meant
      .map((object) => ({ object, found: fieldOf(object, keysOf(item.at)) }))
      .filter(({ found }) => !holds({ found, is: item.is, objects }))
      .map(({ object, found }) => `${item.item}: ${objectName(object)} has ${JSON.stringify(found)} at ${item.at}`);
  });
}

function isMeant({ kind }: HardeningItem, object: ClusterObject): boolean {
  return kind === '*' ? object.kind !== 'Namespace' : object.kind === kind;
}

function keysOf(at: string): readonly string[] {
  // The names of labels contain dots themselves. They occur only in the value of a field, never in its path.
  return at.split('.');
}

function fieldOf(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((at, key) => (isTree(at) ? at[key] : undefined), value);
}

type Tree = Record<string, unknown>;

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null;
}

interface Claim {
  readonly found: unknown;
  readonly is: unknown;
  readonly objects: Objects;
}

/** A map may have more fields than are named; a list has exactly the named items. */
function holds({ found, is, objects }: Claim): boolean {
  if (typeof is === 'function') return (is as Judge)(found, objects);
  if (!isTree(is)) return Object.is(found, is);
  if (!isTree(found) || Array.isArray(found) !== Array.isArray(is)) return false;
  if (Array.isArray(is) && (found as unknown as unknown[]).length !== is.length) return false;
  return Object.entries(is).every(([key, value]) => holds({ found: found[key], is: value, objects }));
}

export interface PlantedFault {
  readonly fault: string;
  readonly objects: Objects;
}

/** Returns every way to break an item: each field removed, and each value changed. */
export function faultsOf(objects: Objects, item: HardeningItem): PlantedFault[] {
  const root = keysOf(item.at);
  const places = leavesOf(item.is).map((leaf) => ({ keys: [...root, ...leaf.keys], value: leaf.value }));
  return objects.flatMap((object, index) => {
    if (!isMeant(item, object)) return [];
    const planted = (fault: string, change: (copy: Tree) => void): PlantedFault => {
      const copy = structuredClone(object) as unknown as Tree;
      change(copy);
      return {
        fault: `${objectName(object)} ${fault}`,
        objects: objects.with(index, copy as unknown as ClusterObject),
      };
    };
    return places.flatMap(({ keys, value }) => [
      ...(value === undefined ? [] : [planted(`without ${keys.join(' > ')}`, (copy) => takeOut(copy, keys))]),
      ...[otherThan(value)]
        .filter((other) => other !== undefined)
        .map((other) => planted(`with ${other} as ${keys.join(' > ')}`, (copy) => put(copy, { keys, other }))),
    ]);
  });
}

interface Leaf {
  readonly keys: readonly string[];
  readonly value: unknown;
}

function leavesOf(is: unknown): Leaf[] {
  if (!isTree(is) || Object.keys(is).length === 0) return [{ keys: [], value: is }];
  return Object.entries(is).flatMap(([key, value]) =>
    leavesOf(value).map((leaf) => ({ keys: [key, ...leaf.keys], value: leaf.value })),
  );
}

function takeOut(copy: Tree, keys: readonly string[]): void {
  const last = keys.at(-1) ?? '';
  const holder = fieldOf(copy, keys.slice(0, -1));
  if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete (holder as Tree)[last];
}

function put(copy: Tree, { keys, other }: { readonly keys: readonly string[]; readonly other: unknown }): void {
  (fieldOf(copy, keys.slice(0, -1)) as Tree)[keys.at(-1) ?? ''] = other;
}

/**
 * Returns another value than the given one. Returns undefined when none is known, and any value for a field that must
 * not exist.
 */
function otherThan(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      return `not-${value}`;
    case 'number':
      return value + 1;
    case 'boolean':
      return !value;
    case 'undefined':
      return 3;
    default:
      return undefined;
  }
}
