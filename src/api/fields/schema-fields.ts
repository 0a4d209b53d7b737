/** Reads from a schema which fields there are: at one place of a value, and anywhere in the value. */
import type * as z from 'zod/mini';

type Schema = z.core.$ZodType;
type Definition = z.core.$ZodTypes['_zod']['def'];

/** The schemas at a place of the value. There are several where the schema has alternatives. */
export function schemasAt(root: Schema, { value, path }: Place): Schema[] {
  let found = [...alternatives(root, value)];
  let inner = value;
  for (const part of path) {
    inner = partOf(inner, part);
    found = found.flatMap((schema) => below(schema, part)).flatMap((schema) => alternatives(schema, inner));
  }
  return found;
}

interface Place {
  /** The whole value. It decides between alternatives that have a `kind`. */
  readonly value: unknown;
  readonly path: readonly PropertyKey[];
}

/** The names of the fields of these schemas, each once. */
export function fieldsOf(schemas: readonly Schema[]): string[] {
  return [...new Set(schemas.flatMap((schema) => Object.keys(shapeOf(schema))))];
}

export function partOf(value: unknown, part: PropertyKey): unknown {
  const isInside = typeof value === 'object' && value !== null && Object.hasOwn(value, part);
  return isInside ? (value as Readonly<Record<PropertyKey, unknown>>)[part] : undefined;
}

/** The places in which a field of this name is allowed, in the words of `slipway.yml`: `strategy`, `target of the kind kubernetes`. */
export function placesOf(root: Schema, field: string): string[] {
  const places: string[] = [];
  // A list has no name of its own: its items are in the field of the list.
  const left: { schema: Schema; place: string }[] = [{ schema: root, place: '' }];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const { place } = at;
    for (const schema of alternatives(at.schema, undefined)) {
      const shape = shapeOf(schema);
      if (field in shape) places.push(`${place === '' ? 'the top level' : place}${kindIn(shape)}`);
      for (const [name, inner] of Object.entries(shape)) {
        left.push({ schema: inner, place: place === '' ? name : `${place}.${name}` });
      }
      const item = itemOf(schema);
      if (item !== null) left.push({ schema: item, place });
    }
  }
  return [...new Set(places)].sort((a, b) => a.length - b.length);
}

/** Without defaults and the like, and with every alternative that the value may be. */
function alternatives(schema: Schema, value: unknown): Schema[] {
  const definition = definitionOf(schema);
  switch (definition.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
      return alternatives(definition.innerType, value);
    case 'pipe':
      return alternatives(definition.in, value);
    case 'union': {
      const options = definition.options.flatMap((option) => alternatives(option, value));
      const ofKind = options.filter((option) => kindOf(shapeOf(option)) === partOf(value, 'kind'));
      return 'discriminator' in definition && ofKind.length > 0 ? ofKind : options;
    }
    default:
      return [schema];
  }
}

function below(schema: Schema, part: PropertyKey): Schema[] {
  const inner = itemOf(schema) ?? partOf(shapeOf(schema), part);
  return inner === undefined ? [] : [inner as Schema];
}

function itemOf(schema: Schema): Schema | null {
  const definition = definitionOf(schema);
  if (definition.type === 'array') return definition.element;
  return definition.type === 'record' ? definition.valueType : null;
}

function shapeOf(schema: Schema): Readonly<Record<string, Schema>> {
  const definition = definitionOf(schema);
  return definition.type === 'object' ? definition.shape : {};
}

/** The word that a field `kind` of an alternative has; null when it has no such field, or several words for it. */
function kindOf(shape: Readonly<Record<string, Schema>>): unknown {
  const definition = shape.kind === undefined ? null : definitionOf(shape.kind);
  return definition?.type === 'literal' && definition.values.length === 1 ? definition.values[0] : null;
}

function kindIn(shape: Readonly<Record<string, Schema>>): string {
  const kind = kindOf(shape);
  return kind === null ? '' : ` of the kind ${kind}`;
}

function definitionOf(schema: Schema): Definition {
  return schema._zod.def as Definition;
}
