/** A version of a workload as the cluster stores it: the version's manifests in an immutable ConfigMap. */
import { SlipwayError } from '../errors.ts';
import type { WorkloadTarget } from '../service/service-spec.ts';
import type { ClusterObject, ObjectRef } from './cluster-object.ts';
import { COPY_OF } from './version-configuration.ts';

/** How many versions of a workload a cluster keeps, in addition to the live version and the version before. */
export const VERSIONS_KEPT = 10;
/** A ConfigMap may have at most 1 MiB; the rest is left for its metadata. */
const BYTES_MAX = 900_000;

export function versionRef({ namespace, workload }: WorkloadTarget, version: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `slipway-${workload}-${version}`, namespace } };
}

export function versionLabels({ workload }: WorkloadTarget): Readonly<Record<string, string>> {
  return { 'slipway/workload': workload, 'slipway/holds': 'version' };
}

/**
 * Tools that delete unused ConfigMaps keep an object with this label. Without it they would delete what Slipway stores,
 * because no pod refers to that.
 */
export const KEPT_BY_CLEANERS = { 'kor/used': 'true' };

/** Throws InvalidRequest when the manifests are too large to store. */
export function versionObject(
  target: WorkloadTarget,
  { version, objects, deploymentId }: { version: string; objects: readonly ClusterObject[]; deploymentId: string },
): ClusterObject {
  const text = JSON.stringify(objects);
  const bytes = bytesOf(text);
  if (bytes > BYTES_MAX) {
    throw new SlipwayError(
      'InvalidRequest',
      `The manifests of ${target.workload} have ${bytes} bytes; ${BYTES_MAX} are the most that can be kept for the way back. ${nextForSize(objects, bytes)}`,
    );
  }
  const { apiVersion, kind, metadata } = versionRef(target, version);
  return {
    apiVersion,
    kind,
    metadata: {
      ...metadata,
      labels: { ...versionLabels(target), 'slipway/version': version, ...KEPT_BY_CLEANERS },
      annotations: { 'slipway/deployment': deploymentId },
    },
    immutable: true,
    data: { objects: text },
  };
}

/** Says how to make the manifests small enough. */
function nextForSize(objects: readonly ClusterObject[], bytes: number): string {
  const sizeOf = (object: ClusterObject) => bytesOf(JSON.stringify(object));
  const [largest] = objects
    .filter(({ kind }) => kind !== 'Deployment')
    .toSorted((one, other) => sizeOf(other) - sizeOf(one));
  if (largest === undefined) return 'Make the Deployment smaller.';
  const name = largest.metadata.annotations?.[COPY_OF] ?? largest.metadata.name;
  const said = `The largest is ${largest.kind} ${name}, with ${sizeOf(largest)}`;
  const takeOut = 'Apply it yourself, and take it out of the manifests: pods may name what is in the namespace.';
  if (largest.metadata.annotations?.[COPY_OF] === undefined) return `${said}. ${takeOut}`;
  const once = 'Kept once it would fit: give it "immutable: true" and a name that changes with its content.';
  return `${said}, and it is kept twice, because pods read a copy. ${bytes - sizeOf(largest) > BYTES_MAX ? takeOut : once}`;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The stored versions that may be deleted: all except the newest ones, the live ones and the version before. */
export function versionsToForget(
  stored: readonly ClusterObject[],
  { needed }: { readonly needed: readonly (string | null)[] },
): readonly ObjectRef[] {
  const age = ({ metadata }: ClusterObject) => metadata.annotations?.['slipway/deployment'] ?? '';
  const newestFirst = [...stored].sort((one, other) => (age(one) < age(other) ? 1 : -1));
  return newestFirst
    .slice(VERSIONS_KEPT)
    .filter(({ metadata }) => !needed.includes(metadata.labels?.['slipway/version'] ?? null));
}
