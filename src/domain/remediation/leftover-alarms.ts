/**
 * Alarms that are red because of a version that has gone back already. They say nothing of the version that is live, nor of the
 * one after it, until they turn red anew.
 */

import type { AlarmReading } from '../alarms/alarm-reading.ts';
import type { TargetHistory, Traced } from '../deployment/target-history.ts';
import { CLOCKS_APART_MS, TURNS_GREEN_WITHIN_MS, TURNS_RED_WITHIN_MS } from './remediation.ts';

/**
 * The alarm turned red by a version that had calls then, and has none now. A hotfix is told to ignore the alarms that speak of the
 * version that it mends; to ignore this one would leave it without the alarm that took the version before it back.
 */
export function isLeftover(
  { changedAt }: Pick<AlarmReading, 'changedAt'>,
  { history: { inFlight, ended }, now }: { readonly history: TargetHistory; readonly now: number },
): boolean {
  const all = inFlight === null ? ended : [inFlight, ...ended];
  return all.some((traced) => {
    const offAt = takenOffAt(traced, all);
    if (offAt === null || changedAt < traced.deployment.openedAt - CLOCKS_APART_MS) return false;
    return changedAt <= offAt + TURNS_RED_WITHIN_MS && now < offAt + TURNS_GREEN_WITHIN_MS;
  });
}

/** When a rollout lost its last call, in epoch milliseconds; null when it never had one, or when it is live. */
function takenOffAt({ deployment, movedAt }: Traced, all: readonly Traced[]): number | null {
  const { kind, status, replacedBy } = deployment;
  if (kind !== 'rollout' || movedAt === null || (status === 'promoted' && replacedBy === null)) return null;
  // Who undid its promotion has the change on record.
  const undone = all.find(({ deployment: { id } }) => id === replacedBy)?.movedAt ?? null;
  return Math.max(movedAt, undone ?? 0);
}

/** Red since before the deployment was opened: nothing that it did. */
export function isFromBefore(
  { openedAt }: { readonly openedAt: number },
  { state, changedAt }: Pick<AlarmReading, 'state' | 'changedAt'>,
): boolean {
  return state === 'ALARM' && changedAt < openedAt - CLOCKS_APART_MS;
}
