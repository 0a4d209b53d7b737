/** Decides whether and how a deployment ends now. The Choice state `HowItEnded` switches on the outcomes. */

import { durationMs } from '../duration.ts';
import { sentence } from '../sentence.ts';
import { goesForward } from './accept-signal.ts';
import { type Deployment, isInFlight } from './deployment.ts';
import { isRetreat } from './signal.ts';
import type { EntryDraft, EntryKind } from './timeline.ts';

/**
 * An end status, or one of two words for a deployment that does not end now.
 * * `rollBack`: it rolls back and the canary still has calls, or its promotion did not reach 100 %.
 * * `judge`: it was held, sent back to an earlier step, or has a signal to take up.
 */
export type Outcome = 'promoted' | 'rolledBack' | 'superseded' | 'failed' | 'unchanged' | 'rollBack' | 'judge';

export function decideSettlement(deployment: Deployment): Outcome {
  const { status, signal, atPercent, kind, progress, steps } = deployment;
  if (!isInFlight(deployment)) return status as Outcome;
  if (kind === 'rollback' || !goesForward(deployment)) {
    if (atPercent > 0) return 'rollBack';
    return hasEndedByItself(deployment) ? 'failed' : 'rolledBack';
  }
  // The rollout was held, or sent back to an earlier step, at the moment of its promotion. That is not an end.
  if (progress.pausedAt !== null) return 'judge';
  if (atPercent === 100) return 'promoted';
  return signal === null && progress.stepIndex >= steps.length ? 'rollBack' : 'judge';
}

/** Returns the deployment at its end and the entry for it; null when it does not end now. */
export function settle(deployment: Deployment, now: number): { deployment: Deployment; entries: EntryDraft[] } | null {
  const outcome = decideSettlement(deployment);
  if (!isInFlight(deployment) || !isEnd(outcome)) return null;
  const because = becauseOf(deployment, outcome);
  const watchUntil = outcome === 'promoted' ? now + durationMs(deployment.spec.watch) : null;
  const { stable, canary } = deployment;
  const data = { stable, canary, ...(outcome === 'failed' && { hasMovedNothing: true }) };
  return {
    deployment: { ...deployment, status: outcome, settledAt: now, watchUntil, because },
    entries: [{ kind: ENTRY_OF[outcome], by: 'slipway', because, data }],
  };
}

const ENTRY_OF = {
  promoted: 'DeploymentPromoted',
  rolledBack: 'DeploymentRolledBack',
  failed: 'DeploymentFailed',
} as const satisfies Partial<Record<Outcome, EntryKind>>;
type End = keyof typeof ENTRY_OF;

function isEnd(outcome: Outcome): outcome is End {
  return outcome in ENTRY_OF;
}

/**
 * True when the rollout moved no call, and nobody asked for its end. An alarm also asks: its handler may have taken
 * calls back that are not recorded.
 */
function hasEndedByItself({ kind, signal, progress }: Deployment): boolean {
  return kind === 'rollout' && progress.isUnmoved === true && !isRetreat(signal);
}

/**
 * The end of a deployment whose code turned out to be the live code. Returns null when the deployment rolls back or has
 * ended.
 */
export function settleUnchanged(
  deployment: Deployment,
  now: number,
): { deployment: Deployment; entries: EntryDraft[] } | null {
  if (!isInFlight(deployment) || !goesForward(deployment)) return null;
  const { stable } = deployment;
  const because = `It is the same as version ${stable ?? 'unknown'}, which had all the traffic. Nothing was deployed.`;
  return {
    deployment: { ...deployment, status: 'unchanged', settledAt: now, because },
    entries: [{ kind: 'DeploymentUnchanged', by: 'slipway', because, data: { stable } }],
  };
}

function becauseOf({ because, signal, canary, stable, kind }: Deployment, outcome: End): string {
  // It stays true when a later deployment is promoted over this one, which writes nothing here.
  if (outcome === 'promoted') return `Version ${canary ?? 'unknown'} got all the traffic.`;
  if (outcome === 'failed') return `${sentence(because ?? 'It could not go on')} No call had moved to the new version.`;
  if (because !== null) return because;
  if (signal !== null) return signal.because;
  return kind === 'rollback' ? `Version ${stable ?? 'unknown'} got all the traffic again.` : 'It could not go on.';
}
