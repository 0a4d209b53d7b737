/** The history of one target by its deployments: which one is in flight, and which one put the live version there. */

import { fingerprintIn, type KnownVersion, knownIn, mayBeSame } from '../lambda/fingerprint.ts';
import { targetKey, targetRules } from '../service/target.ts';
import { type Deployment, hasLostControl, isInFlight } from './deployment.ts';
import { byLatest } from './ledger.ts';

/** A stored deployment, and when a change of the traffic was last recorded for it; null when it never had a call. */
export interface Traced {
  readonly deployment: Deployment;
  /** Epoch milliseconds. */
  readonly movedAt: number | null;
}

export interface TargetHistory {
  readonly inFlight: Traced | null;
  /** Newest first and without a gap, back to at least the oldest promotion that is still watched. */
  readonly ended: readonly Traced[];
}

/**
 * Builds one history for each target. A target may have had several services, but the ledger answers service by
 * service.
 */
export function historiesOf(traces: readonly Traced[]): readonly TargetHistory[] {
  const byTarget = Map.groupBy(traces, ({ deployment }) => targetKey(deployment.spec.target));
  const inOrder = [...byTarget.values()].map((all) =>
    all.toSorted((one, other) => byLatest(one.deployment, other.deployment)),
  );
  return inOrder.map((all) => ({
    inFlight: all.find(({ deployment }) => isInFlight(deployment)) ?? null,
    ended: all.filter(({ deployment }) => !isInFlight(deployment)),
  }));
}

export interface LiveDeployment {
  readonly deployment: Deployment;
  /**
   * When the last call was taken off a later version again, in epoch milliseconds; null when no later version had a
   * call.
   */
  readonly othersOffAt: number | null;
  /**
   * When the first of those later versions was opened, in epoch milliseconds. What an alarm saw before this belongs to
   * the live version.
   */
  readonly othersSince: number | null;
}

/**
 * Finds the deployment that put the live version on the target, whatever deployments came after it. It skips a rollout
 * that never had a call.
 *
 * After a failed deployment on Lambda, a look at the alias shows the live version. On a cluster it cannot be known, so
 * this returns null; it also returns null when no such deployment is known.
 */
export function liveDeployment(ended: readonly Traced[]): LiveDeployment | null {
  let live: KnownVersion | null = null;
  let othersOffAt: number | null = null;
  let othersSince: number | null = null;
  for (const { deployment, movedAt } of ended) {
    const { kind, status, stable, canary, replacedBy, openedAt, settledAt, spec } = deployment;
    const isRollout = kind === 'rollout';
    if (isRollout && movedAt === null) continue;
    if (hasLostControl(deployment) && !targetRules(spec.target).showsWhatIsLive) return null;
    // A promotion that was replaced was undone. The deployment that replaced it may be a rollout that never had a call.
    const isPromoted = isRollout && status === 'promoted' && replacedBy === null;
    live ??= knownIn(deployment, isPromoted ? canary : stable);
    if (live !== null && isPromoted && canary === live.version) {
      // Another fingerprint means that the function was created again since. Then no recorded deployment put the live
      // version there.
      const isSame = mayBeSame(live.fingerprint, fingerprintIn(deployment, canary));
      return isSame ? { deployment, othersOffAt, othersSince } : null;
    }
    othersOffAt = Math.max(othersOffAt ?? 0, movedAt ?? settledAt ?? 0);
    othersSince = openedAt;
  }
  return null;
}

/**
 * The versions to roll back to from a live version, nearest first. The first is the version from which the live one's
 * promotion started; each next one is found in the same way. It leaves out versions that were only tried or were
 * undone.
 */
export function homesBefore(past: readonly Deployment[], live: KnownVersion): readonly KnownVersion[] {
  const homes: KnownVersion[] = [];
  let from = live;
  for (const deployment of past) {
    const { kind, status, canary, stable } = deployment;
    if (kind !== 'rollout' || status !== 'promoted' || canary !== from.version) continue;
    const home = mayBeSame(from.fingerprint, fingerprintIn(deployment, canary)) ? knownIn(deployment, stable) : null;
    if (home === null) continue;
    homes.push(home);
    from = home;
  }
  return homes;
}
