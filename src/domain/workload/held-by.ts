/**
 * Keeps an order that was overtaken from a last change. It looks at the record before each change, and in the moment between the look
 * and the change the record may go to somebody else. So each change names the revision of the object that it was made from, and a way
 * back gives the object another revision before it looks where the calls are.
 */
import type { ClusterObject } from './cluster-object.ts';
import type { WorkloadRecord } from './workload-record.ts';

/** Whose way back it was last. */
const HELD_BY = 'slipway/held-by';

export function isHeldBy({ metadata }: ClusterObject, deploymentId: string): boolean {
  return metadata.annotations?.[HELD_BY] === deploymentId;
}

export function heldBy(object: ClusterObject, deploymentId: string): ClusterObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, [HELD_BY]: deploymentId } } };
}

/**
 * The largest share, 0 to 100, that an order was giving to the canary when this way back began: with 0, none can be under way that
 * changes anything.
 */
export function orderedBefore({ was, cleared }: WorkloadRecord): number {
  return Math.max(was, cleared?.percent ?? 0);
}
