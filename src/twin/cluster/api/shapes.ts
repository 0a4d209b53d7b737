/**
 * Reads the schema: the shape of each field of an object. A shape says how a field is owned and merged, and what is a
 * mistake.
 */
import { KUBERNETES_SCHEMA } from './kubernetes-schema.ts';
import { MORE_OF_KUBERNETES_SCHEMA } from './kubernetes-schema-more.ts';

export type ScalarType = 'str' | 'int' | 'bool' | 'quantity' | 'int|str' | 'any';

export type Shape =
  | { readonly is: 'scalar'; readonly type: ScalarType }
  | { readonly is: 'map'; readonly of: Shape; readonly atomic: boolean }
  | { readonly is: 'struct'; readonly fields: ReadonlyMap<string, Field>; readonly atomic: boolean }
  /** A list without keys is replaced whole. */
  | { readonly is: 'list'; readonly of: Shape; readonly keys: readonly string[] };

export interface Field {
  readonly shape: Shape;
  readonly required: boolean;
}

/** The shape of a whole object of the kind. An object that is not in the schema may have any fields. */
export function shapeOf(kind: string): Shape {
  return STRUCTS.get(kind) ?? ANY_FIELDS;
}

const ANY_FIELDS: Shape = { is: 'map', of: { is: 'scalar', type: 'any' }, atomic: false };

const SCALARS: ReadonlySet<string> = new Set<ScalarType>(['str', 'int', 'bool', 'quantity', 'int|str', 'any']);

type Struct = Extract<Shape, { is: 'struct' }>;

const STRUCTS: ReadonlyMap<string, Struct> = read(`${KUBERNETES_SCHEMA.trim()}\n${MORE_OF_KUBERNETES_SCHEMA.trim()}`);

function read(text: string): Map<string, Struct> {
  const lines = text.trim().replace(/\n +/g, ' ').split('\n');
  const structs = new Map<string, Struct & { readonly fields: Map<string, Field> }>();
  const parsed = lines.map((line) => /^(\w+)(!?): (.*)$/.exec(line)?.slice(1) as [string, string, string]);
  for (const [name, mark] of parsed) structs.set(name, { is: 'struct', fields: new Map(), atomic: mark === '!' });
  for (const [name, , fields] of parsed) {
    for (const field of fields.split(' ')) {
      const [, key = '', star, type = ''] = /^(\w+)(\*?)=(.*)$/.exec(field) ?? [];
      structs.get(name)?.fields.set(key, { shape: readShape(type, structs), required: star === '*' });
    }
  }
  return structs;
}

function readShape(type: string, structs: ReadonlyMap<string, Struct>): Shape {
  if (SCALARS.has(type)) return { is: 'scalar', type: type as ScalarType };
  if (type.startsWith('{}')) {
    const atomic = type.endsWith('!');
    return { is: 'map', of: readShape(type.replace(/^\{\}|!$/g, ''), structs), atomic };
  }
  const [, keys, of = ''] = /^[[{]([\w,]*)[\]}](.*)$/.exec(type) ?? [];
  // A set is treated as a list that is replaced whole.
  if (keys !== undefined) {
    return { is: 'list', of: readShape(of, structs), keys: keys === '' || keys === 'set' ? [] : keys.split(',') };
  }
  const struct = structs.get(type);
  if (struct === undefined) throw new Error(`The schema has no type ${type}. Add it.`);
  return struct;
}
