/**
 * What all rendered objects of a workload have in common: the name, the labels, and the selectors that connect the
 * objects. All pods of the workload have `app.kubernetes.io/name`; `slipway/track` separates stable pods from canary
 * pods.
 */
import type { KubernetesTarget, Manifests } from '../service/service-spec.ts';
import type { ObjectMeta } from './cluster-object.ts';

/** Manifests from which Slipway renders the objects itself. */
export type RenderedManifests = Exclude<Manifests, { readonly folder: string }>;

export type RenderedTarget = KubernetesTarget & { readonly manifests: RenderedManifests };

export interface Workload {
  readonly service: string;
  readonly target: RenderedTarget;
  readonly image: string;
}

export const NAME_LABEL = 'app.kubernetes.io/name';
export const SERVICE_LABEL = 'slipway/service';
export const TRACK_LABEL = 'slipway/track';

export type Track = 'stable' | 'canary';

/** The metadata of an object whose name is the workload's name, with or without a suffix. */
export function metadataOf({ service, target }: Workload, suffix = ''): ObjectMeta {
  return {
    name: `${target.workload}${suffix}`,
    namespace: target.namespace,
    labels: {
      [NAME_LABEL]: target.workload,
      'app.kubernetes.io/managed-by': 'slipway',
      [SERVICE_LABEL]: service,
    },
  };
}

/** Selects all pods of the workload, on both tracks. */
export function podsOf({ target }: Workload): Readonly<Record<string, string>> {
  return { [NAME_LABEL]: target.workload };
}

export function podsOnTrack(workload: Workload, track: Track): Readonly<Record<string, string>> {
  return { ...podsOf(workload), [TRACK_LABEL]: track };
}
