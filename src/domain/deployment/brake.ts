/** When an alarm may send the brake that the last task left ready, and what the deployment says afterwards. */

import type { BrakeOrder } from '../workload/brake-order.ts';
import type { Deployment } from './deployment.ts';
import { isAccuser, type Signal } from './signal.ts';

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
