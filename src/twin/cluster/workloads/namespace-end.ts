/**
 * The end of a namespace: its objects are deleted first, new objects are refused, and then the namespace is deleted.
 */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import type { ObjectStore } from '../api/object-store.ts';
import { timestamp } from '../api/plain-data.ts';
import type { Pod } from '../api/workload-objects.ts';

export function endNamespace(
  namespace: ClusterObject,
  { store, now, endPod }: { store: ObjectStore; now: number; endPod: (pod: Pod) => void },
): void {
  const { name } = namespace.metadata;
  store.put({ ...toldToEnd(namespace, now), status: { phase: 'Terminating' } });
  for (const object of contentOf(store, name)) {
    if (object.kind === 'Pod') endPod(object as Pod);
    else store.drop(object);
  }
  forgetIfEmpty(store, name);
}

export function toldToEnd({ metadata, ...object }: ClusterObject, now: number): ClusterObject {
  const deletionTimestamp = metadata.deletionTimestamp ?? timestamp(now);
  return { ...object, metadata: { ...metadata, deletionTimestamp } } as ClusterObject;
}

/** Must be called again after each deletion of an object in the namespace. */
export function forgetIfEmpty(store: ObjectStore, name: string): void {
  const namespace = store.find({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })?.object;
  if (namespace?.metadata.deletionTimestamp === undefined || contentOf(store, name).length > 0) return;
  store.drop(namespace);
}

function contentOf(store: ObjectStore, name: string): readonly ClusterObject[] {
  return store.everywhere().filter(({ metadata }) => metadata.namespace === name);
}
