import { globSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { openapiDocument } from '../../src/api/openapi.ts';
import { readServiceSpec } from '../../src/api/spec/service-spec.ts';

const root = new URL('../../', import.meta.url);
const textOf = (path: string) => readFileSync(new URL(path, root), 'utf8');
const lambda = { name: 'checkout', target: { kind: 'lambda', function: 'checkout' } };
const cluster = {
  name: 'orders',
  target: {
    kind: 'kubernetes',
    cluster: 'production',
    namespace: 'shop',
    workload: 'orders',
    manifests: { port: 8080 },
  },
};

const FIELDS = new Set([
  ...['name', 'target', 'strategy', 'alarms', 'judge', 'noData', 'hooks', 'watch', 'deadline', 'rehearsal'],
]);

interface Example {
  readonly at: string;
  /** The field of the spec to which the example belongs. */
  readonly field: string;
  readonly value: unknown;
}

/** Returns every `examples` of a JSON schema, with the name of its property. */
function examplesIn(schema: unknown, { at, field }: Omit<Example, 'value'>): Example[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const here = `${at}/${key}`;
    // The samples of a request or an answer are an object; tests/api/samples.test.ts checks them.
    if (key !== 'examples' || !Array.isArray(value))
      return examplesIn(value, { at: here, field: isWord(key) ? field : key });
    return value.map((example: unknown) => ({ at: here, field, value: example }));
  });
}

/** True for a word of JSON Schema or OpenAPI, which is not the name of a property. */
function isWord(key: string): boolean {
  return /^(properties|items|anyOf|oneOf|allOf|schema|content|\d+|additionalProperties)$/.test(key);
}

const published = [
  ...examplesIn(JSON.parse(textOf('docs/service-spec.schema.json')), { at: 'service-spec.schema.json', field: '' }),
  ...examplesIn(openapiDocument({ version: '1' }), { at: 'openapi', field: '' }),
];

test('the published schemas have examples, in the spec and in the API', () => {
  expect(published.filter(({ at }) => at.startsWith('service-spec')).length).toBeGreaterThan(0);
  expect(published.filter(({ at }) => at.startsWith('openapi')).length).toBeGreaterThan(0);
});

test.each(published)('the example at $at can be registered, with defaults for all other fields', ({ field, value }) => {
  // A schema that is no property has the name of its component.
  const name = field.charAt(0).toLowerCase() + field.slice(1);
  expect(readServiceSpec({ ...lambda, [name]: value })).toMatchObject({ ok: true });
});

test.each(globSync('examples/**/slipway.yml', { cwd: root }))('the example %s can be registered', (path) => {
  expect(readServiceSpec(parse(textOf(path)))).toMatchObject({ ok: true });
});

/** Finds the YAML blocks of a document that are a spec or a part of one. A part is then tried within a whole spec. */
const blocks = ['README.md', ...globSync('docs/**/*.md', { cwd: root })].flatMap((path) =>
  [...textOf(path).matchAll(/```ya?ml\n([\s\S]*?)```/g)].flatMap(([, text = ''], index) => {
    const block: unknown = parse(text);
    const isPart = typeof block === 'object' && block !== null && Object.keys(block).every((key) => FIELDS.has(key));
    return isPart ? [{ at: `${path}, block ${index + 1}`, block: block as Readonly<Record<string, object>> }] : [];
  }),
);

test('the documents show parts of a spec', () => {
  expect(blocks.length).toBeGreaterThan(1);
});

test.each(blocks)('the part of a spec in $at can be registered', ({ block }) => {
  const isOnCluster = 'target' in block && !('function' in (block.target ?? {}));
  const whole = isOnCluster ? { ...cluster, ...block, target: { ...cluster.target, ...block.target } } : lambda;
  expect(readServiceSpec({ ...whole, ...(isOnCluster ? {} : block) })).toMatchObject({ ok: true });
});
