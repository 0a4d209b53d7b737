/**
 * Gives a version its own configuration. Each ConfigMap of the folder that the version's pods read gets a copy, named
 * after its content, and the pods read the copy. So the pods of two versions never read the same object after one
 * version changed it.
 */
import type { ClusterObject } from './cluster-object.ts';
import { contentHash } from './rendered-hash.ts';
import { withoutMarks } from './tool-marks.ts';
import { type Fields, fieldsOf, specOf } from './workload-objects.ts';

/** An annotation of a copy with the name of the original in the folder. */
export const COPY_OF = 'slipway/copy-of';
/**
 * The end of a name from kustomize's configMapGenerator: ten characters of kustomize's own alphabet, made of the
 * content.
 */
const GENERATED = /-[2456789bcdfghkmt]{10}$/;
/** A name may have at most 253 characters, and the hash takes 13 of them. */
const NAME_MAX = 240;
/** The fields in which a pod names a ConfigMap. */
const REFERENCES: ReadonlySet<string> = new Set(['configMap', 'configMapRef', 'configMapKeyRef']);

/** The original ConfigMap stays beside its copy, for all other readers. */
export function withOwnConfiguration(objects: readonly ClusterObject[]): readonly ClusterObject[] {
  const pods = objects.filter(({ kind }) => kind === 'Deployment').map(({ spec }) => fieldsOf(spec).template);
  const copied = objects.filter((object) => canChange(object) && pods.some((pod) => reads(pod, object.metadata.name)));
  if (copied.length === 0) return objects;
  const copies = new Map(copied.map((object) => [object.metadata.name, copyOf(object)]));
  const changed = objects.map((object) => (object.kind === 'Deployment' ? withReferences(object, copies) : object));
  return [...copies.values(), ...changed];
}

function canChange({ apiVersion, kind, metadata, immutable }: ClusterObject): boolean {
  return apiVersion === 'v1' && kind === 'ConfigMap' && immutable !== true && !GENERATED.test(metadata.name);
}

function copyOf({ metadata, ...object }: ClusterObject): ClusterObject {
  const { name } = metadata;
  const own = withoutMarks(metadata);
  const hash = contentHash(JSON.stringify([sorted(object.data), sorted(object.binaryData)]));
  return {
    ...object,
    metadata: {
      ...own,
      name: `${name.slice(0, NAME_MAX)}-${hash}`,
      annotations: { ...own.annotations, [COPY_OF]: name },
    },
    immutable: true,
  };
}

/** Sorted by name: the order in which the team writes the entries makes no new version. */
function sorted(data: unknown): readonly (readonly [string, unknown])[] {
  return Object.entries(fieldsOf(data)).sort(([one], [other]) => (one < other ? -1 : 1));
}

function withReferences(deployment: ClusterObject, copies: ReadonlyMap<string, ClusterObject>): ClusterObject {
  const renamed = (name: unknown) => copies.get(String(name))?.metadata.name ?? name;
  const spec = specOf(deployment);
  return { ...deployment, spec: { ...spec, template: rewritten(spec.template, renamed) } };
}

function rewritten(value: unknown, renamed: (name: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => rewritten(item, renamed));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Fields).map(([field, inner]) => {
      const within = rewritten(inner, renamed);
      if (!REFERENCES.has(field) || fieldsOf(within).name === undefined) return [field, within];
      return [field, { ...fieldsOf(within), name: renamed(fieldsOf(within).name) }];
    }),
  );
}

function reads(pod: unknown, name: string): boolean {
  let found = false;
  rewritten(pod, (read) => {
    found ||= read === name;
    return read;
  });
  return found;
}

/** The original names of the ConfigMaps that have a copy. */
export function copiedNames(objects: readonly ClusterObject[]): ReadonlySet<string> {
  return new Set(objects.flatMap(({ metadata }) => metadata.annotations?.[COPY_OF] ?? []));
}
