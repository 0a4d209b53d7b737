import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { definition } from './kubernetes-tools.ts';

const EXAMPLES = new URL('../../examples/adopt/', import.meta.url).pathname;

interface Definition {
  readonly spec: {
    readonly versions: readonly { readonly name: string; readonly schema: { openAPIV3Schema: Schema } }[];
  };
}
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

const readYaml = (path: string): unknown => parse(readFileSync(path, 'utf8'));

/**
 * Returns the faults of an object by the definition of its kind. An unknown field is a fault, as in `kubectl apply`.
 */
function problemsOf(object: unknown, name: string): readonly string[] {
  const { versions } = (readYaml(definition(name)) as Definition).spec;
  const { apiVersion } = object as { readonly apiVersion: string };
  const schema = versions.find((version) => apiVersion.endsWith(`/${version.name}`))?.schema.openAPIV3Schema;
  if (schema === undefined) return [`There is no version ${apiVersion}.`];
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  validate(object);
  const wrong = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  return [...wrong, ...unknownFields(object, schema, '')];
}

function unknownFields(value: unknown, schema: Schema, at: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => unknownFields(one, schema.items ?? {}, at));
  const { properties } = schema;
  if (typeof value !== 'object' || value === null || properties === undefined || at === '/metadata') return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = properties[key];
    return known === undefined ? [`${at}/${key} is unknown`] : unknownFields(inner, known, `${at}/${key}`);
  });
}

test('Argo CD accepts the application of the example, and knows every field of it', () => {
  const application = readYaml(`${EXAMPLES}argo-cd/application.yml`);
  expect(problemsOf(application, 'application.yaml')).toEqual([]);
  expect(application).toMatchObject({
    spec: {
      ignoreDifferences: [{ kind: 'HTTPRoute', jsonPointers: ['/spec/rules'] }],
      syncPolicy: { syncOptions: expect.arrayContaining(['RespectIgnoreDifferences=true']) },
    },
  });
});

test('Flux accepts the Kustomization of the example, and knows every field of it', () => {
  const kustomization = readYaml(`${EXAMPLES}flux/kustomization.yml`);
  expect(problemsOf(kustomization, 'kustomization.yaml')).toEqual([]);
  expect(kustomization).toMatchObject({
    spec: { ignore: [{ paths: ['/spec/rules'], target: { kind: 'HTTPRoute', name: 'front' } }] },
  });
});

test('a field that Flux does not have is reported', () => {
  const { spec, ...rest } = readYaml(`${EXAMPLES}flux/kustomization.yml`) as { readonly spec: { ignore: unknown } };
  const { ignore, ...others } = spec;
  const misspelt = { ...rest, spec: { ...others, driftIgnoreRules: ignore } };
  expect(problemsOf(misspelt, 'kustomization.yaml')).toEqual(['/spec/driftIgnoreRules is unknown']);
});
