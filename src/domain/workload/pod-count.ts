/**
 * Decides who sets the number of a workload's pods: its manifests, an autoscaler, or another tool or person. An
 * annotation of the Deployment holds the number that Slipway applied last, so that Slipway sees a number set by another
 * tool or person.
 */
import type { ClusterObject } from './cluster-object.ts';
import { specOf } from './workload-objects.ts';

/** An annotation with the number that Slipway applied last, or with the owner of the number instead. */
const COUNT_BY = 'slipway/replicas';

export type CountOrder =
  /**
   * Slipway sets the number. `byScale` means that the number has another owner too: an apply alone may be a conflict,
   * so Slipway scales first.
   */
  | { readonly replicas: number; readonly byScale?: true }
  /** An apply leaves the number out. The live number then stays, because Slipway does not own the field. */
  | { readonly setBy: 'autoscaler' | 'others' };

export interface CountFacts {
  /** The stable Deployment; null when there is none. */
  readonly live: ClusterObject | null;
  /** The minimum number of pods that the version's manifests ask for. */
  readonly wanted: number;
  /** True when the version's manifests leave the number out, or have an autoscaler that sets it. */
  readonly isOpen: boolean;
  /** True when an autoscaler on the cluster sets the number now. */
  readonly isScaledNow: boolean;
  /** The number in the live version's manifests; null when they leave it out, undefined when they are lost. */
  readonly was: number | null | undefined;
}

/**
 * Never sets a number below the live one while another tool or person sets it. An apply that leaves out a number which
 * Slipway owns would reset it to one.
 *
 * Zero pods is a number without an owner. An autoscaler of Kubernetes keeps zero for ever, and an autoscaler that
 * scales to zero can do so again.
 */
export function countOrder(facts: CountFacts): CountOrder {
  const { live, wanted, isOpen, isScaledNow } = facts;
  if (live === null) return { replicas: wanted };
  const present = liveCount(live);
  const said = saidLast(facts);
  if (present === 0 && wanted > 0) return said === 0 ? { replicas: wanted } : { replicas: wanted, byScale: true };
  // The last number is unknown. Setting a number is right whoever owns it, and more pods are safer than fewer.
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

/** Another tool or person has set the number since Slipway did, and so owns it alone. */
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

/**
 * The number that Slipway applied last. It is 1 when another tool or person had set the number then, because a version
 * without a pod answers no call.
 */
export function countBefore({ metadata }: ClusterObject): number {
  const count = Number(metadata.annotations?.[COUNT_BY]?.replace(BY_SCALE, ''));
  return Number.isInteger(count) ? count : 1;
}

/** True when the Deployment itself records who set its number last. */
export function saysItsCount({ metadata }: ClusterObject): boolean {
  return metadata.annotations?.[COUNT_BY] !== undefined;
}

/** Null when Slipway left the number out. */
type Said = number | null;

/** Undefined when it is no longer known. */
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

/** The Deployment with the number, or without one, and with the annotation that the next apply reads. */
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

/** Tells a person that the number of the manifests is not applied, and how to let the manifests set it again. */
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
