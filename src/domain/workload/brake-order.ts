/**
 * The brake of a workload: one change of one object that takes all calls off the canary. The task that led calls to the
 * canary prepares the brake. So an alarm needs one request, without a look at the cluster and without kubectl.
 */
import type { ObjectRef } from './cluster-object.ts';

/** One operation of a JSON patch (RFC 6902). When a `test` fails, the API server refuses the whole patch. */
export interface PatchStep {
  readonly op: 'test' | 'add' | 'replace';
  readonly path: string;
  readonly value: unknown;
}

export interface BrakeOrder {
  readonly ref: ObjectRef;
  /** The tests hold what the task left, so the brake never overwrites a change of another tool or person. */
  readonly patch: readonly PatchStep[];
}

/** False when a task that went on at the same moment has prepared another brake, with calls led its own way. */
export function isSameBrake(one: BrakeOrder | undefined, other: BrakeOrder): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
