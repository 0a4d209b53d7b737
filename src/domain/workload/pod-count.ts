/**
 * Who sets the number of a workload's pods: its manifests, or an autoscaler, a platform or a person. The number that
 * Slipway applied last is an annotation of the Deployment, so that a number that somebody else has set is seen.
 */
import type { ClusterObject } from './cluster-object.ts';
import { specOf } from './workload-objects.ts';

/** The number that Slipway applied last, or who sets the number instead. */
const COUNT_BY = 'slipway/replicas';

export type CountOrder =
  /** Slipway says the number. `byScale`: it has another owner too, so an apply alone may be a conflict; scale before it. */
  | { readonly replicas: number; readonly byScale?: true }
  /** An apply leaves the number out, which keeps it as it is, because Slipway does not own the field. */
  | { readonly setBy: 'autoscaler' | 'others' };

export interface CountFacts {
  /** The stable Deployment; null when there is none. */
  readonly live: ClusterObject | null;
  /** What the version's manifests ask for, at least. */
  readonly wanted: number;
  /** The version's manifests do not say the number, or have an autoscaler that sets it. */
  readonly isOpen: boolean;
  /** An autoscaler on the cluster sets the number now. */
  readonly isScaledNow: boolean;
  /** What the live version's manifests say; null when they leave it open, undefined when they are lost. */
  readonly was: number | null | undefined;
}

/**
 * Never below the live number while somebody else sets it. An apply that left out a number of Slipway's would reset it to one.
 * No pod at all is nobody's number: an autoscaler of Kubernetes leaves it so for ever, and one that scales to none does it again.
 */
export function countOrder(facts: CountFacts): CountOrder {
  const { live, wanted, isOpen, isScaledNow } = facts;
  if (live === null) return { replicas: wanted };
  const present = liveCount(live);
  const said = saidLast(facts);
  if (present === 0 && wanted > 0) return said === 0 ? { replicas: wanted } : { replicas: wanted, byScale: true };
  // To say the number is right whoever owns it, and more pods are safer than fewer.
  if (said === undefined) return { replicas: isScaledNow ? present : Math.max(present, wanted) };
  if (said !== present) return takenCount({ ...facts, live, present, said });
  const replicas = isScaledNow ? present : isOpen ? Math.max(present, wanted) : wanted;
  return isByScale(live) ? { replicas, byScale: true } : { replicas };
}

interface Taken {
  readonly live: ClusterObject;
  readonly present: number;
  readonly said: Said;
}

/** Somebody else has set the number since Slipway did, and so owns it alone. */
function takenCount(taken: CountFacts & Taken): CountOrder {
  const { live, wanted, isOpen, isScaledNow, present, said } = taken;
  if (isScaledNow) return { setBy: 'autoscaler' };
  const isAutoscalers = said === null && live.metadata.annotations?.[COUNT_BY] !== 'others';
  if (isAutoscalers && !isOpen) return { replicas: wanted, byScale: true };
  if (isAutoscalers) return { setBy: 'autoscaler' };
  return present === wanted && !isOpen ? { replicas: wanted } : { setBy: 'others' };
}

export function liveCount(deployment: ClusterObject): number {
  return Number(specOf(deployment).replicas ?? 1);
}

/** What Slipway applied last; one where somebody else set the number then, because a version without a pod answers nobody. */
export function countBefore({ metadata }: ClusterObject): number {
  const count = Number(metadata.annotations?.[COUNT_BY]?.replace(BY_SCALE, ''));
  return Number.isInteger(count) ? count : 1;
}

/** True when the Deployment itself says who set its number last. */
export function saysItsCount({ metadata }: ClusterObject): boolean {
  return metadata.annotations?.[COUNT_BY] !== undefined;
}

/** Null: Slipway left the number out. */
type Said = number | null;

/** Undefined: nobody knows any more. */
function saidLast({ live, was }: CountFacts): Said | undefined {
  const noted = live?.metadata.annotations?.[COUNT_BY];
  if (noted === undefined) return was;
  const count = Number(noted.replace(BY_SCALE, ''));
  return Number.isInteger(count) ? count : null;
}

const BY_SCALE = ' by scale';

function isByScale({ metadata }: ClusterObject): boolean {
  return metadata.annotations?.[COUNT_BY]?.endsWith(BY_SCALE) === true;
}

function noteOf(count: CountOrder): string {
  if ('setBy' in count) return count.setBy;
  return count.byScale === true ? `${count.replicas}${BY_SCALE}` : String(count.replicas);
}

/** The Deployment with the number, or without one, and with what there is to know of it next time. */
export function withCount(deployment: ClusterObject, count: CountOrder): ClusterObject {
  const { replicas: _, ...spec } = specOf(deployment);
  const says = 'replicas' in count;
  const annotations = { ...deployment.metadata.annotations, [COUNT_BY]: noteOf(count) };
  return {
    ...deployment,
    metadata: { ...deployment.metadata, annotations },
    spec: says ? { ...spec, replicas: count.replicas } : spec,
  };
}

/** For a person: the number of the manifests is not applied, and how it is given back to them. */
export function countNotes(
  count: CountOrder,
  { live, wanted }: Pick<CountFacts, 'live' | 'wanted'>,
): readonly string[] {
  if ('replicas' in count || live === null) return [];
  const present = liveCount(live);
  if (count.setBy === 'autoscaler' || present === wanted) return [];
  return [
    `The number of pods, ${present}, was set by somebody else than Slipway and stays; the manifests ask for ${wanted}. To let the manifests set it again, run kubectl scale --replicas=${wanted} deployment/${live.metadata.name}, then deploy.`,
  ];
}
