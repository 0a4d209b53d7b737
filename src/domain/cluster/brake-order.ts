/**
 * The brake of a workload: one change of one object that takes all calls off the canary. The task that led calls there
 * leaves it ready, so that an alarm needs one request, without a look and without kubectl.
 */
import type { Deployment } from '../deployment.ts';
import { isAccuser, type Signal } from '../signal.ts';
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

type Pulled = Pick<Deployment, 'atPercent' | 'steps' | 'progress'>;

/** Null: there is none ready, or the task has to look first, for this retreat. */
export function brakeToPull(
  { atPercent, steps, progress }: Pulled,
  { kind, by }: Pick<Signal, 'kind' | 'by'>,
): BrakeOrder | null {
  const { brake, stepIndex, isCanaryBad = false } = progress;
  // In a promotion, stable's own pods are being replaced: there may be nobody left to lead to.
  if (brake === undefined || stepIndex >= steps.length) return null;
  const isBad = isCanaryBad || (kind === 'rollBack' && isAccuser(by));
  // Nobody may be behind stable any more, and a canary that nothing speaks against can wait until that is known.
  return isBad || atPercent < 100 ? brake : null;
}

/** The deployment after its brake was pulled. The workload's record, and with it the revision, are as they were. */
export function withoutBrake(deployment: Deployment): Deployment {
  const { progress, atPercent } = deployment;
  return { ...deployment, progress: { ...progress, brake: undefined, brakedFrom: atPercent } };
}

/**
 * The share of the calls that a way back found on the canary by the workload's record, which a brake does not change; null:
 * it found what the ledger has already.
 */
export function foundBehindBrake({ progress }: Pick<Deployment, 'progress'>, found: number | null): number | null {
  return found === progress.brakedFrom ? null : found;
}

/** A task that went on in the same moment has left another one, and its calls with it. */
export function isSameBrake(one: BrakeOrder | undefined, other: BrakeOrder): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
