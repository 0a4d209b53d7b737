/**
 * Takes over all that tools have set of an object that Slipway adopts. A tool owns its fields for as long as it is not told
 * otherwise: they would stay where a version leaves them out, and each change of one would be a conflict.
 */
import type { ClusterObject } from '../domain/workload/cluster-object.ts';
import { specOf } from '../domain/workload/workload-objects.ts';
import { type Entry, entriesOf, type FieldSet, fieldsIn, managedPatch, union } from './client-side-apply.ts';

export interface Adopting {
  readonly manager: string;
  /** What is applied next. */
  readonly wanted: ClusterObject;
}

/** A JSON patch that gives their fields to the manager; null where no tool has set any. */
export function adoptPatch(live: ClusterObject, { manager, wanted }: Adopting): readonly object[] | null {
  const entries = entriesOf(live);
  const isOwn = (entry: Entry) => entry.manager === manager && entry.operation === 'Apply' && !entry.subresource;
  const tools = entries.filter((entry) => !isOwn(entry) && isTools(entry, live));
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
 * A tool sets what the object is for. Controllers add finalizers and annotations, or change a part that is a subresource; and
 * fields of another version of the kind have other names.
 */
function isTools({ apiVersion, subresource, fieldsV1 = {} }: Entry, live: ClusterObject): boolean {
  const isContent = Object.keys(fieldsV1).some((field) => field !== 'f:metadata' && field !== 'f:status');
  return !subresource && apiVersion === live.apiVersion && isContent;
}

/** What is left out of an apply and is not to go by it. */
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
