import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { formsOf, isDuration, type SchemaNode } from '../../src/api/reference/schema-node.ts';
import { specPage } from '../../src/api/reference/spec-page.ts';
import { tablesOf } from '../../src/api/reference/spec-tables.ts';
import { serviceSpecJsonSchema } from '../../src/api/spec/json-schema.ts';
import { readServiceSpec } from '../../src/api/spec/service-spec.ts';

const page = readFileSync(new URL('../../docs/reference/slipway-yml.md', import.meta.url), 'utf8');
const schema = JSON.parse(serviceSpecJsonSchema()) as SchemaNode;

/** The places of all fields, found by another walk than that of the page. */
function fieldsOf(node: SchemaNode, path = ''): { readonly path: string; readonly node: SchemaNode }[] {
  if (isDuration(node)) return [];
  const own = Object.entries(node.properties ?? {}).flatMap(([field, one]) => {
    const at = path === '' ? field : `${path}.${field}`;
    return [{ path: at, node: one }, ...fieldsOf(one, at)];
  });
  const items = node.items === undefined ? [] : fieldsOf(node.items, `${path}[]`);
  return [...own, ...items, ...formsOf(node).flatMap((form) => fieldsOf(form, path))];
}

const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = '']) => yaml);
const base = { name: 'checkout', target: { kind: 'lambda', function: 'checkout' } };

test('the reference of slipway.yml is what the schema says; if not: npx node src/api/write-spec-reference.ts', () => {
  expect(page).toBe(specPage(schema));
});

test('every field of the schema has a row in the tables of the page', () => {
  const rows = tablesOf(schema).flatMap(({ path, rows: of }) =>
    of.map(({ field }) => (path === '' ? field : `${path}.${field}`)),
  );
  const fields = fieldsOf(schema).map(({ path }) => path);
  expect(fields.length).toBeGreaterThan(60);
  expect(fields.filter((path) => !rows.includes(path))).toEqual([]);
});

test('every field of the schema has a description, except the kind that chooses a form', () => {
  const bare = fieldsOf(schema).filter(({ path, node }) => node.description === undefined && !/\.kind$/.test(path));
  expect(bare.map(({ path }) => path)).toEqual([]);
});

test('every form that a kind chooses has a description', () => {
  const forms = tablesOf(schema).filter(({ form }) => form?.includes('kind') ?? false);
  expect(forms.length).toBeGreaterThan(6);
  expect(forms.filter(({ about }) => about === '').map(({ path, form }) => `${path} ${form}`)).toEqual([]);
});

test.each(examples)('Slipway reads the example of the page: %s', (yaml) => {
  expect(readServiceSpec({ ...base, ...(parse(yaml) as object) })).toMatchObject({ ok: true });
});

test('the examples of the page have every field of the file and every kind of target, judge, alarm and step', () => {
  const all = examples.join('\n');
  for (const field of Object.keys(schema.properties ?? {})) expect(all).toMatch(new RegExp(`^${field}:`, 'm'));
  const kinds = fieldsOf(schema).filter(({ path }) => path === 'target.kind' || path === 'judge.kind');
  expect(kinds.map(({ node }) => node.const).filter((kind) => !all.includes(`kind: ${kind}`))).toEqual([]);
  const parts = fieldsOf(schema).filter(({ path }) => /^(alarms|strategy)\[\]\.\w+$/.test(path));
  expect(parts.map(({ path }) => path.split('.')[1]).filter((field) => !all.includes(`${field}:`))).toEqual([]);
});
