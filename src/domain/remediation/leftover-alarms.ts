/**
 * Finds alarms that are still red because of a version that was already rolled back. Such an alarm says nothing about
 * the live version or the next one until it turns red again.
 */

import type { AlarmReading } from '../alarms/alarm-reading.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { TargetHistory, Traced } from '../deployment/target-history.ts';
import { CLOCKS_APART_MS, TURNS_GREEN_WITHIN_MS, TURNS_RED_WITHIN_MS } from './remediation.ts';

/**
 * True when a version that has no calls now turned the alarm red while it had calls. A hotfix ignores the alarms about
 * the version that it fixes. It must not ignore a leftover alarm, because that alarm rolled the previous version back.
 */
export function isLeftover(alarm: Pick<AlarmReading, 'changedAt'>, since: Since): boolean {
  return leftoverOf(alarm, since) !== null;
}

interface Since {
  readonly history: TargetHistory;
  readonly now: number;
}

/** Returns the rollout whose version turned the alarm red; null when the alarm is no leftover of one. */
export function leftoverOf(
  { changedAt }: Pick<AlarmReading, 'changedAt'>,
  { history: { inFlight, ended }, now }: Since,
): Deployment | null {
  const all = inFlight === null ? ended : [inFlight, ...ended];
  const cause = all.find((traced) => {
    const offAt = takenOffAt(traced, all);
    if (offAt === null || changedAt < traced.deployment.openedAt - CLOCKS_APART_MS) return false;
    return changedAt <= offAt + TURNS_RED_WITHIN_MS && now < offAt + TURNS_GREEN_WITHIN_MS;
  });
  return cause?.deployment ?? null;
}

/**
 * When a rollout lost its last call, in epoch milliseconds. Null when it never had a call, or when its version is live.
 */
function takenOffAt({ deployment, movedAt }: Traced, all: readonly Traced[]): number | null {
  const { kind, status, replacedBy } = deployment;
  if (kind !== 'rollout' || movedAt === null || (status === 'promoted' && replacedBy === null)) return null;
  // The deployment that undid the promotion has recorded the change of the traffic.
  const undone = all.find(({ deployment: { id } }) => id === replacedBy)?.movedAt ?? null;
  return Math.max(movedAt, undone ?? 0);
}

/** True when the alarm was red before the deployment was opened, so the deployment did not cause it. */
export function isFromBefore(
  { openedAt }: { readonly openedAt: number },
  { state, changedAt }: Pick<AlarmReading, 'state' | 'changedAt'>,
): boolean {
  return state === 'ALARM' && changedAt < openedAt - CLOCKS_APART_MS;
}
