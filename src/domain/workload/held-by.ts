/**
 * Stops an order that was fenced off from making one last change. An order reads the record before each change, but a
 * later order may take the record between the read and the change. So each change names the revision that it read. A
 * rollback first gives the object a new revision and then looks where the calls are.
 */
import type { ClusterObject } from './cluster-object.ts';
import type { WorkloadRecord } from './workload-record.ts';

/** An annotation with the deployment whose rollback last took the object. */
const HELD_BY = 'slipway/held-by';

export function isHeldBy({ metadata }: ClusterObject, deploymentId: string): boolean {
  return metadata.annotations?.[HELD_BY] === deploymentId;
}

export function heldBy(object: ClusterObject, deploymentId: string): ClusterObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, [HELD_BY]: deploymentId } } };
}

/**
 * The largest share, 0 to 100, that an order was giving to the canary when this rollback began. When it is 0, no order
 * that is still at work can change anything.
 */
export function orderedBefore({ was, cleared }: WorkloadRecord): number {
  return Math.max(was, cleared?.percent ?? 0);
}
