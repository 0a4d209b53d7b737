/**
 * Reads and writes objects for the API server: label selectors, kubectl's input, and the answers, which are parsed
 * here.
 */
import * as z from 'zod/mini';
import { SlipwayError } from '../domain/errors.ts';
import type { ClusterObject } from '../domain/workload/cluster-object.ts';

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

/** For a list, the API server gives the kind once and not in each object. */
const ObjectList = z.looseObject({ items: z.array(z.looseObject({ metadata: ClusterObjectShape.shape.metadata })) });

/** The answer of the API server, and what was attempted. */
export interface Answered {
  readonly text: string;
  readonly what: string;
}

export function readObject(answered: Answered): ClusterObject {
  return parse(ClusterObjectShape, answered);
}

/** Sorted by name, because the API server may return any order. */
export function readObjects({
  each,
  ...answered
}: Answered & { readonly each: Pick<ClusterObject, 'apiVersion' | 'kind'> }): readonly ClusterObject[] {
  const { items } = parse(ObjectList, answered);
  return items
    .map((item) => ({ ...item, ...each }))
    .sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
}

/** Without a cause: the parser's own message repeats the text, which may be a Secret. */
function parse<Shape extends z.ZodMiniType>(shape: Shape, { text, what }: Answered): z.infer<Shape> {
  const result = shape.safeParse(jsonOf(text));
  if (result.success) return result.data;
  const where = result.error.issues.map(({ path }) => path.join('.') || 'all of it').join(', ');
  const fact = `Could not ${what}: the answer of the API server is not what it should be (${where}).`;
  throw new SlipwayError('Broken', `${fact} Run kubectl by hand with the same kubeconfig to see more.`);
}

/** Returns undefined for a text that is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Empty for all objects. */
export function labelSelector(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => {
    // A comma or a bracket would change the meaning of the selector.
    if (/^[\w./-]+$/.test(key) && /^[\w.-]*$/.test(value)) return `${key}=${value}`;
    throw new SlipwayError('InvalidRequest', `${JSON.stringify(`${key}=${value}`)} is not a label. Correct it.`);
  });
  return pairs.join(',');
}

/** Writes several objects in a form that every kubectl reads: older ones do not know `---` between objects in JSON. */
export function objectsInput(objects: readonly object[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n');
}

/** Returns the values of Secrets, plain and encoded, that an error message may quote. */
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
