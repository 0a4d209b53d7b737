/**
 * Does what `kubectl kustomize` does for the folders in k8s/. It has only the features that they use: resources,
 * namespace, and strategic-merge patches of kinds whose lists merge by name. tests/cluster/manifests.test.ts compares
 * it with the real program.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ClusterObject, ObjectRef } from '../../src/domain/workload/cluster-object.ts';
import { objectName } from '../../src/domain/workload/cluster-object.ts';

const KNOWN_FIELDS = ['apiVersion', 'kind', 'resources', 'namespace', 'patches'];

interface Kustomization {
  readonly resources: readonly string[];
  readonly namespace?: string;
  readonly patches?: readonly { readonly path: string }[];
}

export function builtFrom(folder: string): readonly ClusterObject[] {
  const kustomization = read<Kustomization>(join(folder, 'kustomization.yml'));
  const unknown = Object.keys(kustomization).filter((field) => !KNOWN_FIELDS.includes(field));
  if (unknown.length > 0)
    throw new Error(`${folder}/kustomization.yml: ${unknown} is not known here. Build it by kubectl.`);
  const { resources, namespace, patches = [] } = kustomization;

  const objects = resources.flatMap((resource) => {
    const path = join(folder, resource);
    return path.endsWith('.yml') ? [read<ClusterObject>(path)] : builtFrom(path);
  });
  const patched = patches.map(({ path }) => read<ClusterObject>(join(folder, path))).reduce(applyPatch, objects);
  return namespace === undefined ? patched : patched.map((object) => moved(object, namespace));
}

export function read<Content>(path: string): Content {
  return parse(readFileSync(path, 'utf8')) as Content;
}

function applyPatch(objects: readonly ClusterObject[], patch: ClusterObject): readonly ClusterObject[] {
  const isPatched = (object: ObjectRef) => objectName(object) === objectName(patch);
  if (objects.filter(isPatched).length !== 1)
    throw new Error(`A patch for ${objectName(patch)}, which is not there once.`);
  return objects.map((object) => (isPatched(object) ? (merged(object, patch) as ClusterObject) : object));
}

/**
 * Maps merge, and lists whose items have a name merge by the name. Everything else is replaced, and null removes a
 * field.
 */
export function merged(old: unknown, patch: unknown): unknown {
  if (isNamedList(old) && isNamedList(patch)) return mergedLists(old, patch);
  if (!isMap(old) || !isMap(patch)) return patch;
  const entries = Object.entries(patch).map(([field, value]) => [field, merged(old[field], value)] as const);
  return Object.fromEntries(
    Object.entries({ ...old, ...Object.fromEntries(entries) }).filter(([, value]) => value !== null),
  );
}

type NamedList = readonly { readonly name: string }[];

function mergedLists(old: NamedList, patch: NamedList): unknown {
  const added = patch.filter(({ name }) => !old.some((item) => item.name === name));
  const kept = old.map((item) => {
    const change = patch.find(({ name }) => name === item.name);
    return change === undefined ? item : merged(item, change);
  });
  return [...added, ...kept];
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamedList(value: unknown): value is NamedList {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => isMap(item) && typeof item.name === 'string')
  );
}

/** Moves an object to another namespace, with the accounts that a RoleBinding names. */
function moved(object: ClusterObject, namespace: string): ClusterObject {
  const there = { ...object, metadata: { ...object.metadata, namespace } };
  if (object.kind !== 'RoleBinding') return there;
  const subjects = (object.subjects as readonly object[]).map((subject) => ({ ...subject, namespace }));
  return { ...there, subjects };
}
