/**
 * Takes over the fields that a person's earlier `kubectl apply` without --server-side has set. Their owner will never
 * apply again, and each change of such a field would be a conflict. kubectl does the same after a server-side apply.
 */
import * as z from 'zod/mini';
import type { ClusterObject } from '../domain/workload/cluster-object.ts';

const Fields = z.record(z.string(), z.unknown());
const Managed = z.array(
  z.looseObject({
    manager: z.optional(z.string()),
    operation: z.optional(z.string()),
    apiVersion: z.optional(z.string()),
    subresource: z.optional(z.string()),
    fieldsV1: z.optional(Fields),
  }),
);
export type Entry = z.infer<typeof Managed>[number];
export type FieldSet = Readonly<Record<string, unknown>>;

/** Only a client-side apply writes this annotation. */
const LAST_APPLIED = ['f:metadata', 'f:annotations', 'f:kubectl.kubernetes.io/last-applied-configuration'];

/** Returns a JSON patch that gives these fields to the manager; null when there was no such apply. */
export function takeOverPatch(object: ClusterObject, manager: string): readonly object[] | null {
  const entries = entriesOf(object);
  const left = entries.filter(isClientSideApply);
  const own = entries.find((entry) => entry.manager === manager && entry.operation === 'Apply' && !entry.subresource);
  if (left.length === 0 || own === undefined) return null;
  const fieldsV1 = left.reduce((all, { fieldsV1 = {} }) => union(all, fieldsV1), own.fieldsV1 ?? {});
  const kept = entries.filter((entry) => !left.includes(entry));
  return managedPatch(
    object,
    kept.map((entry) => (entry === own ? { ...own, fieldsV1 } : entry)),
  );
}

/** Returns which owner has which fields of the object, according to the API server. */
export function entriesOf({ metadata }: ClusterObject): readonly Entry[] {
  return Managed.safeParse(metadata.managedFields).data ?? [];
}

/** Makes a JSON patch that replaces the record of field owners. */
export function managedPatch({ metadata }: ClusterObject, managedFields: readonly Entry[]): readonly object[] {
  return [
    { op: 'replace', path: '/metadata/managedFields', value: managedFields },
    // The condition: the object has not changed since it was read.
    { op: 'replace', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
  ];
}

function isClientSideApply({ operation, subresource, fieldsV1 = {} }: Entry): boolean {
  return operation === 'Update' && !subresource && isAmong(fieldsV1, LAST_APPLIED);
}

function isAmong(fields: FieldSet, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  const below = fieldsIn(fields[first]);
  return below !== null && isAmong(below, rest);
}

export function union(one: FieldSet, other: FieldSet): FieldSet {
  const all: Record<string, unknown> = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const [mine, theirs] = [fieldsIn(all[name]), fieldsIn(value)];
    all[name] = mine === null || theirs === null ? value : union(mine, theirs);
  }
  return all;
}

export function fieldsIn(value: unknown): FieldSet | null {
  return Fields.safeParse(value).data ?? null;
}
