/**
 * Takes over what an earlier `kubectl apply` of a person, without --server-side, has set. Its fields have an owner that will
 * never apply again, and each change of one would be a conflict with it. kubectl does the same after a server-side apply.
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

/** A client-side apply is known by this annotation, which nobody else writes. */
const LAST_APPLIED = ['f:metadata', 'f:annotations', 'f:kubectl.kubernetes.io/last-applied-configuration'];

/** A JSON patch that gives its fields to the manager; null where there was no such apply. */
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

/** Who owns which fields of the object, as the API server says it. */
export function entriesOf({ metadata }: ClusterObject): readonly Entry[] {
  return Managed.safeParse(metadata.managedFields).data ?? [];
}

/** Writes that down anew. */
export function managedPatch({ metadata }: ClusterObject, managedFields: readonly Entry[]): readonly object[] {
  return [
    { op: 'replace', path: '/metadata/managedFields', value: managedFields },
    // The condition: nobody has changed the object since.
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
