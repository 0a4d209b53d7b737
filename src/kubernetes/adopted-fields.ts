/**
 * Takes over all fields that tools have set on an object that Slipway adopts. Otherwise a tool would keep owning its
 * fields. A field that a version leaves out would stay, and each change of a field would be a conflict.
 */
import type { ClusterObject } from '../domain/workload/cluster-object.ts';
import { specOf } from '../domain/workload/workload-objects.ts';
import { type Entry, entriesOf, type FieldSet, fieldsIn, managedPatch, union } from './client-side-apply.ts';

export interface Adopting {
  readonly manager: string;
  /** The object that is applied next. */
  readonly wanted: ClusterObject;
}

/** Returns a JSON patch that gives the tools' fields to the manager; null when no tool has set any. */
export function adoptPatch(live: ClusterObject, { manager, wanted }: Adopting): readonly object[] | null {
  const entries = entriesOf(live);
  const isOwn = (entry: Entry) => entry.manager === manager && entry.operation === 'Apply' && !entry.subresource;
  const tools = entries.filter((entry) => !isOwn(entry) && isToolEntry(entry, live));
  if (tools.length === 0) return null;
  const own = entries.find(isOwn);
  const all = tools.reduce((fields, { fieldsV1 = {} }) => union(fields, fieldsV1), own?.fieldsV1 ?? {});
  const after = {
    ...(own ?? { manager, operation: 'Apply', apiVersion: live.apiVersion, fieldsType: 'FieldsV1' }),
    fieldsV1: withoutOthers(all, wanted),
  };
  return managedPatch(live, [...entries.filter((entry) => !isOwn(entry) && !tools.includes(entry)), after]);
}

/**
 * True for an entry of a tool, which sets the content of the object. Controllers add finalizers and annotations, or
 * change a subresource. Fields of another version of the kind have other names.
 */
function isToolEntry({ apiVersion, subresource, fieldsV1 = {} }: Entry, live: ClusterObject): boolean {
  const isContent = Object.keys(fieldsV1).some((field) => field !== 'f:metadata' && field !== 'f:status');
  return !subresource && apiVersion === live.apiVersion && isContent;
}

/** Removes fields that must survive although the apply leaves them out. */
function withoutOthers(fields: FieldSet, wanted: ClusterObject): FieldSet {
  const ties = without(fields, ['f:metadata', ['f:finalizers', 'f:ownerReferences']]);
  const isCounted = wanted.kind !== 'Deployment' || specOf(wanted).replicas !== undefined;
  return isCounted ? ties : without(ties, ['f:spec', ['f:replicas']]);
}

function without(fields: FieldSet, [within, names]: readonly [string, readonly string[]]): FieldSet {
  const inner = fieldsIn(fields[within]);
  if (inner === null) return fields;
  return { ...fields, [within]: Object.fromEntries(Object.entries(inner).filter(([name]) => !names.includes(name))) };
}
