/** A version of a workload as it is kept in the cluster: its manifests, in a ConfigMap that nobody can change. */
import { SlipwayError } from '../errors.ts';
import type { WorkloadTarget } from '../service-spec.ts';
import type { ClusterObject, ObjectRef } from './cluster-object.ts';

/** What a cluster keeps of a workload beyond what is live and the version before. */
export const VERSIONS_KEPT = 10;
/** A ConfigMap takes 1 MiB at most, of which some is left for its metadata. */
const TEXT_MAX = 900_000;

export function versionRef({ namespace, workload }: WorkloadTarget, version: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `slipway-${workload}-${version}`, namespace } };
}

export function versionLabels({ workload }: WorkloadTarget): Readonly<Record<string, string>> {
  return { 'slipway/workload': workload, 'slipway/holds': 'version' };
}

/** No pod refers to what Slipway keeps, and cleaners of unused ConfigMaps leave alone what says this. */
export const KEPT_BY_CLEANERS = { 'kor/used': 'true' };

/** Throws InvalidRequest when the manifests are too large to be kept. */
export function versionObject(
  target: WorkloadTarget,
  { version, objects, deploymentId }: { version: string; objects: readonly ClusterObject[]; deploymentId: string },
): ClusterObject {
  const text = JSON.stringify(objects);
  if (text.length > TEXT_MAX) {
    throw new SlipwayError(
      'InvalidRequest',
      `The manifests of ${target.workload} have ${text.length} characters; ${TEXT_MAX} are the most that can be kept for the way back. Take large ConfigMaps out.`,
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

/** Which stored versions may go: all but the newest ones, those that are live, and the version before. */
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
