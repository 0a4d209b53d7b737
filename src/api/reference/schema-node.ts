/** The part of JSON Schema that the schema of slipway.yml uses, and what a reader is told of one value: its type and its limits. */

export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
}

const UNITS = ['seconds', 'minutes', 'hours'];

export function formsOf(node: SchemaNode): readonly SchemaNode[] {
  return node.anyOf ?? node.oneOf ?? [];
}

/** A length of time is written in one of several units, and is one value to a reader. */
export function isDuration(node: SchemaNode): boolean {
  const units = formsOf(node).map(({ properties = {} }) => Object.keys(properties));
  return (
    units.length === UNITS.length &&
    units.every(([unit = '', ...others], index) => {
      return others.length === 0 && unit === UNITS[index];
    })
  );
}

export function typeOf(node: SchemaNode): string {
  if (node.const !== undefined) return code(node.const);
  if (node.enum !== undefined) return node.enum.map(code).join(', ');
  if (isDuration(node)) return 'length of time';
  const forms = formsOf(node);
  if (forms.length > 0) return [...new Set(forms.map(typeOf))].join(', or ');
  if (node.type === 'array') return `list of: ${typeOf(node.items ?? {})}`;
  if (node.type === 'object') {
    const values = typeof node.additionalProperties === 'object' ? node.additionalProperties : null;
    return values === null ? 'fields' : `names, each with: ${typeOf(values)}`;
  }
  return (
    { string: 'text', integer: 'whole number', number: 'number', boolean: '`true` or `false`' }[node.type ?? ''] ??
    'any'
  );
}

export function limitsOf(node: SchemaNode): string {
  if (isDuration(node)) return durationLimits(node);
  const own = [
    range({ min: node.minimum, max: node.maximum, unit: '' }),
    node.exclusiveMinimum === undefined ? '' : `above ${node.exclusiveMinimum}`,
    range({ min: node.minLength, max: node.maxLength, unit: ' characters' }),
    range({ min: node.minItems, max: node.maxItems, unit: ' entries' }),
    ...patternsOf(node).map((pattern) => code(pattern)),
  ];
  const values = typeof node.additionalProperties === 'object' ? limitsOf(node.additionalProperties) : '';
  const items = node.items === undefined ? '' : limitsOf(node.items).replaceAll('; ', ' and ');
  const forms = formsOf(node).map(limitsOf);
  return [...new Set([...own, labelled('each value', values), labelled('each', items), ...forms])]
    .filter((text) => text !== '')
    .join('; ');
}

function patternsOf({ pattern, allOf = [] }: SchemaNode): string[] {
  return [...(pattern === undefined ? [] : [pattern]), ...allOf.flatMap(patternsOf)];
}

function labelled(label: string, text: string): string {
  return text === '' ? '' : `${label}: ${text}`;
}

/** A unit whose largest amount lies below its smallest cannot be written, such as hours of at most ten minutes. */
function durationLimits(node: SchemaNode): string {
  return formsOf(node)
    .flatMap(({ properties = {} }) => Object.entries(properties))
    .filter(([, { minimum = 0, maximum = 0 }]) => maximum >= Math.max(minimum, 1))
    .map(([unit, { minimum, maximum }]) => `\`${unit}\` ${minimum} to ${maximum}`)
    .join(', ');
}

interface Range {
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly unit: string;
}

function range({ min, max, unit }: Range): string {
  if (min === undefined && max === undefined) return '';
  if (max === undefined) return `at least ${min}${unit}`;
  return min === undefined ? `at most ${max}${unit}` : `${min} to ${max}${unit}`;
}

/** A value as YAML has it, in the type face of code. */
export function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : flow(value)}\``;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([name, one]) => `${name}: ${flow(one)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
