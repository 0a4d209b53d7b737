/**
 * The brake of a workload: one change of one object that takes all calls off the canary. The task that led calls there
 * leaves it ready, so that an alarm needs one request, without a look and without kubectl.
 */
import type { ObjectRef } from './cluster-object.ts';

/** One operation of a JSON patch, RFC 6902. A `test` that does not hold refuses all of it. */
export interface PatchStep {
  readonly op: 'test' | 'add' | 'replace';
  readonly path: string;
  readonly value: unknown;
}

export interface BrakeOrder {
  readonly ref: ObjectRef;
  /** The tests say what the task left; so the brake takes from nobody else. */
  readonly patch: readonly PatchStep[];
}

/** A task that went on in the same moment has left another one, and its calls with it. */
export function isSameBrake(one: BrakeOrder | undefined, other: BrakeOrder): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
