/**
 * Records a move forward in the ledger: the entry with its words, and the next step. It is the same after a call to an alias and after a
 * task on a cluster.
 */
import { targetRules } from '../service/target.ts';
import type { Deployment } from './deployment.ts';
import { afterShift, nextStep } from './rollout.ts';
import type { EntryDraft } from './timeline.ts';
import { recordTraffic, type TrafficChange } from './traffic-record.ts';

export interface ForwardMove extends Pick<TrafficChange, 'moved'> {
  readonly did: 'shift' | 'promote';
  /** 100 for `promote`. */
  readonly toPercent: number;
  /** False when the deployment rolls back by now, or a signal came in between. Then the change is recorded, and the steps stay. */
  readonly isDue: boolean;
  /** A further sentence for the entry. */
  readonly note?: string | undefined;
  readonly now: number;
}

export function recordMove(
  current: Deployment,
  { did, moved, toPercent, isDue, note, now }: ForwardMove,
): { readonly deployment: Deployment; readonly entries: EntryDraft[] } {
  const { canary, progress, steps } = current;
  const step = `Step ${progress.stepIndex + 1} of ${steps.length}: ${toPercent} % of the calls.`;
  const fact = did === 'promote' ? `Version ${canary} gets all the calls.` : step;
  const because = note === undefined ? fact : `${fact} ${note}`;
  const change = recordTraffic(current, { moved, toPercent, by: 'slipway', because });
  if (!isDue) return change;
  const { deployment } = change;
  return {
    ...change,
    deployment: did === 'promote' ? afterPromotion(deployment, now) : afterShift(deployment, { toPercent, now }),
  };
}

/** A task promotes in a step of its own, after the last one of the strategy. */
function afterPromotion(deployment: Deployment, now: number): Deployment {
  if (targetRules(deployment.spec.target).isMovedByTask) return nextStep(deployment, now);
  // This move ends the record of earlier moves by another tool or person. The same change after this is a new one.
  return { ...deployment, progress: { ...deployment.progress, others: undefined } };
}
