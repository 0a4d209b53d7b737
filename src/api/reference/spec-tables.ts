/** The tables of the reference page of slipway.yml: one for each form of an object in its JSON Schema, from the outside in. */
import { code, formsOf, isDuration, limitsOf, type SchemaNode, typeOf } from './schema-node.ts';

/** A place in the file, such as `target.route` or `strategy[].bake`; empty for the whole file. */
export interface FieldTable {
  readonly path: string;
  /** What tells this form from the others at the same place; null where there is only one form. */
  readonly form: string | null;
  readonly about: string;
  readonly rows: readonly FieldRow[];
}

export interface FieldRow {
  readonly field: string;
  readonly type: string;
  /** Required, a value as YAML has it, or empty for an optional field without a default. */
  readonly usual: string;
  readonly limits: string;
  readonly about: string;
}

/** Forms at one place may have equal fields; they get one table. */
export function tablesOf(schema: SchemaNode): readonly FieldTable[] {
  const texts = new Map(tablesAt(schema, '').map((table) => [JSON.stringify(table), table]));
  return [...texts.values()];
}

function tablesAt(node: SchemaNode, path: string): readonly FieldTable[] {
  if (isDuration(node)) return [];
  if (node.items !== undefined) return tablesAt(node.items, `${path}[]`);
  const forms = formsOf(node).filter(({ properties }) => properties !== undefined);
  if (forms.length > 0) return formTables(forms, path);
  const lists = formsOf(node).filter(({ items }) => items !== undefined);
  if (lists.length > 0) return lists.flatMap((list) => tablesAt(list, path));
  if (Object.keys(node.properties ?? {}).length === 0) return [];
  return [tableOf(node, { path, form: null }), ...inner(node, path)];
}

/** Forms with one field each, such as the steps of a strategy, share a table. */
function formTables(forms: readonly SchemaNode[], path: string): readonly FieldTable[] {
  if (forms.length > 1 && forms.every(({ properties = {} }) => Object.keys(properties).length === 1)) {
    const properties = Object.fromEntries(forms.flatMap((form) => Object.entries(form.properties ?? {})));
    const either: SchemaNode = { properties, description: 'Each entry has exactly one of these fields.' };
    const table = tableOf(either, { path, form: null });
    return [{ ...table, rows: table.rows.map((row) => ({ ...row, usual: 'one of them' })) }, ...inner(either, path)];
  }
  return forms.flatMap((form) => [
    tableOf(form, { path, form: forms.length === 1 ? null : mark(form) }),
    ...inner(form, path),
  ]);
}

function mark({ properties = {}, required = [] }: SchemaNode): string {
  const { kind } = properties;
  return kind === undefined ? `with ${code(required[0])}` : `${code('kind')}: ${typeOf(kind)}`;
}

function tableOf(
  { properties = {}, required = [], description = '' }: SchemaNode,
  { path, form }: Pick<FieldTable, 'path' | 'form'>,
): FieldTable {
  const rows = Object.entries(properties).map(([field, node]): FieldRow => {
    const isForm = field === 'kind' && form !== null;
    return {
      field,
      type: typeOf(node),
      usual: required.includes(field) ? 'required' : usualOf(node),
      limits: limitsOf(node),
      about: node.description ?? (isForm ? 'Chooses this form.' : ''),
    };
  });
  return { path, form, about: description, rows };
}

function usualOf({ default: usual }: SchemaNode): string {
  return usual === undefined ? '' : code(usual);
}

function inner({ properties = {} }: SchemaNode, path: string): readonly FieldTable[] {
  return Object.entries(properties).flatMap(([field, node]) =>
    tablesAt(node, path === '' ? field : `${path}.${field}`),
  );
}
