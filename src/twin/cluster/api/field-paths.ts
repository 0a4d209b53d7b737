/**
 * The fields of an object as server-side apply sees them: leaves, each under its path. Structures, maps and lists with
 * keyed items are walked; everything else is one leaf. A field that is not in the schema is refused.
 */

import { SlipwayError } from '../../../domain/errors.ts';
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import { type Fields, isMap, isSame } from './plain-data.ts';
import { type ScalarType, type Shape, shapeOf } from './shapes.ts';

/** A key of a map, or the keys that identify an item of a list. */
export type Segment = string | { readonly item: Fields };
export type Path = readonly Segment[];
/** The keys are paths in the API server's form, `.spec.template.spec.containers[name="app"].image`. */
export type FieldSet = ReadonlyMap<string, Path>;

export interface Leaf {
  readonly path: Path;
  readonly value: unknown;
}
export type Leaves = ReadonlyMap<string, Leaf>;

const known = new WeakMap<ClusterObject, Leaves>();

/** Leaves out what names the object, what the API server sets, and the status. Throws InvalidRequest. */
export function leavesOf(object: ClusterObject): Leaves {
  const found = known.get(object);
  if (found !== undefined) return found;
  const leaves = new Map<string, Leaf>();
  const mistake = walk({ value: ownPart(object), shape: shapeOf(object.kind), path: [], printed: '' }, leaves);
  if (mistake !== undefined) throw notTyped(object, mistake);
  // Only an object that can never change is cached.
  if (Object.isFrozen(object)) known.set(object, leaves);
  return leaves;
}

const OWNED_METADATA: ReadonlySet<string> = new Set(['labels', 'annotations', 'ownerReferences', 'finalizers']);

function ownPart({ apiVersion: _version, kind: _kind, status: _status, metadata, ...own }: ClusterObject): Fields {
  const owned = Object.entries(metadata).filter(([name]) => OWNED_METADATA.has(name));
  return owned.length === 0 ? own : { metadata: Object.fromEntries(owned), ...own };
}

interface Place extends Leaf {
  readonly shape: Shape;
  readonly printed: string;
}
/** What is wrong with the object; undefined when it is right. */
type Mistake = string | undefined;

function walk(place: Place, leaves: Map<string, Leaf>): Mistake {
  const { shape, value, printed } = place;
  switch (shape.is) {
    case 'scalar':
      if (!isOfType(value, shape.type)) return `${printed}: expected ${EXPECTED[shape.type]}, got ${said(value)}`;
      leaves.set(printed, place);
      return undefined;
    case 'map':
      return walkMap(place, { leaves, childShape: () => shape.of, atomic: shape.atomic });
    case 'struct':
      return walkMap(place, { leaves, childShape: (key) => shape.fields.get(key)?.shape, atomic: shape.atomic });
    case 'list':
      return walkList(place, { leaves, shape });
  }
}

interface MapWalk {
  readonly leaves: Map<string, Leaf>;
  readonly childShape: (key: string) => Shape | undefined;
  readonly atomic: boolean;
}

function walkMap({ value, path, printed }: Place, { leaves, childShape, atomic }: MapWalk): Mistake {
  if (!isMap(value)) return `${printed}: expected map, got ${said(value)}`;
  const keys = Object.keys(value);
  const isLeaf = atomic || keys.length === 0;
  if (isLeaf && printed !== '') leaves.set(printed, { path, value });
  // The content of a leaf is checked too, but it has the same owner as the leaf.
  const inside = isLeaf ? new Map<string, Leaf>() : leaves;
  for (const key of keys) {
    const shape = childShape(key);
    if (shape === undefined) return `${printed}.${key}: field not declared in schema`;
    const child = { value: value[key], shape, path: [...path, key], printed: `${printed}.${key}` };
    const mistake = walk(child, inside);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

function walkList(
  { value, path, printed }: Place,
  { leaves, shape }: { leaves: Map<string, Leaf>; shape: Extract<Shape, { is: 'list' }> },
): Mistake {
  if (!Array.isArray(value)) return `${printed}: expected list, got ${said(value)}`;
  const hasKeys = shape.keys.length > 0 && value.length > 0;
  if (!hasKeys) leaves.set(printed, { path, value });
  const inside = hasKeys ? leaves : new Map<string, Leaf>();
  for (const [index, child] of value.entries()) {
    const place = hasKeys ? itemPlace(child, { keys: shape.keys, path, printed }) : undefined;
    if (typeof place === 'string') return place;
    // The item itself is a field too: a manager that leaves it out removes the whole item, with the defaults in it.
    if (place !== undefined && leaves.has(place.printed)) return `${printed}: duplicate entries for key ${place.key}`;
    if (place !== undefined) leaves.set(place.printed, { path: place.path, value: '.' });
    const at = place ?? { path, printed: `${printed}[${index}]` };
    const mistake = walk({ value: child, shape: shape.of, path: at.path, printed: at.printed }, inside);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

function itemPlace(item: unknown, { keys, path, printed }: { keys: readonly string[]; path: Path; printed: string }) {
  const found = itemKeys(item, keys);
  const missing = keys.find((key) => found[key] === undefined);
  if (missing) return `${printed}: associative list with keys has an element that omits key field "${missing}"`;
  const key = `[${keys.map((name) => `${name}=${JSON.stringify(found[name])}`)}]`;
  return { key, path: [...path, { item: found }], printed: `${printed}${key}` };
}

/** The values that identify the item in its list. */
export function itemKeys(item: unknown, keys: readonly string[]): Fields {
  return Object.fromEntries(keys.map((key) => [key, isMap(item) ? (item[key] ?? KEY_DEFAULTS[key]) : undefined]));
}

const KEY_DEFAULTS: Fields = { protocol: 'TCP' };

export function isItem(value: unknown, item: Fields): boolean {
  return isMap(value) && Object.entries(item).every(([key, wanted]) => (value[key] ?? KEY_DEFAULTS[key]) === wanted);
}

/** True when the path is the outer path, or leads on from it. */
export function isWithin(path: Path, outer: Path): boolean {
  return outer.length <= path.length && outer.every((segment, at) => isSame(segment, path[at]));
}

const EXPECTED: Readonly<Record<ScalarType, string>> = {
  str: 'string',
  int: 'numeric (int or float)',
  bool: 'boolean',
  quantity: 'string or number',
  'int|str': 'integer or string',
  any: 'anything',
};

function isOfType(value: unknown, type: ScalarType): boolean {
  switch (type) {
    case 'str':
      return typeof value === 'string';
    case 'int':
      return Number.isInteger(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'quantity':
    case 'int|str':
      return typeof value === 'string' || typeof value === 'number';
    case 'any':
      return true;
  }
}

function said(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return isMap(value) ? 'map' : typeof value === 'string' ? 'string' : String(value);
}

function notTyped({ apiVersion, kind, metadata }: ClusterObject, mistake: string): SlipwayError {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const name = `${metadata.namespace ?? ''}/${metadata.name}`;
  const type = `${group}/${version}, Kind=${kind}`;
  const reason = `failed to create typed patch object (${name}; ${type}): ${mistake}`;
  return new SlipwayError('InvalidRequest', `${kind} ${name}: ${reason}. Correct the manifest.`);
}
