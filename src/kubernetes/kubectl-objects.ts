/** Objects on their way to kubectl and back: the names on its command line, its input, and its answers, parsed here. */
import * as z from 'zod/mini';
import type { ClusterObject, ObjectRef } from '../domain/cluster/cluster-object.ts';
import { SlipwayError } from '../domain/errors.ts';

const words = z.record(z.string(), z.string());

export const ClusterObjectShape = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.exactOptional(z.string()),
    labels: z.exactOptional(words),
    annotations: z.exactOptional(words),
    resourceVersion: z.exactOptional(z.string()),
    generation: z.exactOptional(z.number()),
    deletionTimestamp: z.exactOptional(z.string()),
  }),
}) satisfies z.ZodMiniType<ClusterObject>;

const ObjectList = z.looseObject({ items: z.array(ClusterObjectShape) });

/** What kubectl printed, and what it was asked for. */
export interface Printed {
  readonly stdout: string;
  readonly what: string;
}

export function readObject(printed: Printed): ClusterObject {
  return parse(ClusterObjectShape, printed);
}

/** By name, whatever the order in which the API server keeps them. */
export function readObjects(printed: Printed): readonly ClusterObject[] {
  const { items } = parse(ObjectList, printed);
  return items.sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
}

/** Without a cause: the parser's own message repeats what it has read, which may be a Secret. */
function parse<Shape extends z.ZodMiniType>(shape: Shape, { stdout, what }: Printed): z.infer<Shape> {
  const result = shape.safeParse(jsonOf(stdout));
  if (result.success) return result.data;
  const where = result.error.issues.map(({ path }) => path.join('.') || 'all of it').join(', ');
  const fact = `Could not ${what}: the answer of kubectl is not what it should be (${where}).`;
  throw new SlipwayError('Broken', `${fact} Run kubectl by hand with the same kubeconfig to see more.`);
}

/** Undefined for what is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `Deployment.v1.apps`, and `ConfigMap.v1.` of the core group: the form that leaves kubectl no choice. */
export function kindArgument({ apiVersion, kind }: Pick<ObjectRef, 'apiVersion' | 'kind'>): string {
  const [, group = '', version = ''] = /^(?:([a-z0-9][a-z0-9.-]*)\/)?(v[a-z0-9]+)$/.exec(apiVersion) ?? [];
  if (version === '' || !/^[A-Za-z][A-Za-z0-9]*$/.test(kind)) {
    throw new SlipwayError(
      'InvalidRequest',
      `${apiVersion} ${kind} is not a kind of object. Correct apiVersion and kind.`,
    );
  }
  return `${kind}.${version}.${group}`;
}

/** `Deployment.v1.apps/orders`. A name goes into a path of the API server, so it has no slash and no percent sign. */
export function objectArgument(ref: ObjectRef): string {
  const { name } = ref.metadata;
  if (!/^[^/%,\s\p{Cc}]+$/u.test(name)) {
    throw new SlipwayError('InvalidRequest', `${JSON.stringify(name)} is not the name of an object. Correct it.`);
  }
  return `${kindArgument(ref)}/${name}`;
}

/** Nothing for what belongs to no namespace; a namespace of one's own otherwise, never the kubeconfig's. */
export function namespaceArguments(namespace: string | undefined): readonly string[] {
  return namespace === undefined ? [] : [`--namespace=${namespace}`];
}

export function labelArguments(labels: Readonly<Record<string, string>>): readonly string[] {
  const pairs = Object.entries(labels).map(([key, value]) => {
    // A comma or a bracket would make another question of it.
    if (/^[\w./-]+$/.test(key) && /^[\w.-]*$/.test(value)) return `${key}=${value}`;
    throw new SlipwayError('InvalidRequest', `${JSON.stringify(`${key}=${value}`)} is not a label. Correct it.`);
  });
  return pairs.length === 0 ? [] : [`--selector=${pairs.join(',')}`];
}

/** Several objects as every kubectl reads them: older ones do not know `---` between objects in JSON. */
export function objectsInput(objects: readonly object[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n');
}

/** Values of Secrets, plain and encoded, that an error message may quote. */
export function secretsOf(objects: readonly ClusterObject[]): readonly string[] {
  return objects
    .filter(({ kind }) => kind === 'Secret')
    .flatMap(({ data, stringData }) => [...stringsIn(stringData), ...stringsIn(data)])
    .flatMap((text) => [text, Buffer.from(text, 'base64').toString('utf8'), Buffer.from(text).toString('base64')])
    .flatMap((text) => [text, JSON.stringify(text).slice(1, -1)])
    .filter((text) => text.length > 2)
    .sort((one, other) => other.length - one.length);
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
