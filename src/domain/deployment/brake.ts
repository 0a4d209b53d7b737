/** Decides when an alarm may pull the brake that the last task prepared, and changes the deployment after that. */

import type { BrakeOrder } from '../workload/brake-order.ts';
import type { Deployment } from './deployment.ts';
import { isAccuser, type Signal } from './signal.ts';

type Pulled = Pick<Deployment, 'atPercent' | 'steps' | 'progress'>;

/** Null when no brake is ready, or when a task must look at the cluster before this retreat. */
export function brakeToPull(
  { atPercent, steps, progress }: Pulled,
  { kind, by }: Pick<Signal, 'kind' | 'by'>,
): BrakeOrder | null {
  const { brake, stepIndex, isCanaryBad = false } = progress;
  // During a promotion stable's own pods are being replaced, so stable may have no pod for the calls.
  if (brake === undefined || stepIndex >= steps.length) return null;
  const isBad = isCanaryBad || (kind === 'rollBack' && isAccuser(by));
  // At 100 % stable may have no pod left. Without evidence against the canary, the calls stay on it until a task knows.
  return isBad || atPercent < 100 ? brake : null;
}

/** The deployment after its brake was pulled. The workload's record has not changed, so the recorded revision stays. */
export function withoutBrake(deployment: Deployment): Deployment {
  const { progress, atPercent } = deployment;
  return { ...deployment, progress: { ...progress, brake: undefined, brakedFrom: atPercent } };
}

/**
 * A brake takes calls off the canary but does not change the workload's record. Returns the share that a rollback found
 * on the canary by that record. Returns null when the ledger already has this share.
 */
export function foundBehindBrake({ progress }: Pick<Deployment, 'progress'>, found: number | null): number | null {
  return found === progress.brakedFrom ? null : found;
}
