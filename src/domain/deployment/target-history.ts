/** What the deployments of one target tell about it: what is in flight, and which of them is live. */

import { fingerprintIn, type KnownVersion, knownIn, mayBeSame } from '../lambda/fingerprint.ts';
import { targetKey, targetRules } from '../service/target.ts';
import { type Deployment, isInFlight } from './deployment.ts';
import { byLatest } from './ledger.ts';

/** A stored deployment, and when a change of the traffic was last recorded for it; null when it never had a call. */
export interface Traced {
  readonly deployment: Deployment;
  /** Epoch milliseconds. */
  readonly movedAt: number | null;
}

export interface TargetHistory {
  readonly inFlight: Traced | null;
  /** Newest first, without a gap, at least down to the oldest promotion that is still watched. */
  readonly ended: readonly Traced[];
}

/** One history for each target. A target may have had several services, and the ledger answers service by service. */
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
  /** When the last call of a later version was taken off again, in epoch milliseconds; null when no later one had a call. */
  readonly othersOffAt: number | null;
  /** When the first of those was opened, in epoch milliseconds: what an alarm saw before is the live version's. */
  readonly othersSince: number | null;
}

/**
 * The deployment that put the live version there, whatever came after it. A rollout that never had a call says nothing. One
 * that ended as failed leaves an alias to be looked at; on a cluster nobody knows then. Null when no deployment is known.
 */
export function liveDeployment(ended: readonly Traced[]): LiveDeployment | null {
  let live: KnownVersion | null = null;
  let othersOffAt: number | null = null;
  let othersSince: number | null = null;
  for (const { deployment, movedAt } of ended) {
    const { kind, status, stable, canary, replacedBy, openedAt, settledAt, spec } = deployment;
    const isRollout = kind === 'rollout';
    if (isRollout && movedAt === null) continue;
    if (status === 'failed' && !targetRules(spec.target).showsWhatIsLive) return null;
    // A replaced one went back: what replaced it may be a rollout that never had a call.
    const isPromoted = isRollout && status === 'promoted' && replacedBy === null;
    live ??= knownIn(deployment, isPromoted ? canary : stable);
    if (live !== null && isPromoted && canary === live.version) {
      // With another fingerprint, the function was created again since: then nobody on record put the live version there.
      const isSame = mayBeSame(live.fingerprint, fingerprintIn(deployment, canary));
      return isSame ? { deployment, othersOffAt, othersSince } : null;
    }
    othersOffAt = Math.max(othersOffAt ?? 0, movedAt ?? settledAt ?? 0);
    othersSince = openedAt;
  }
  return null;
}

/**
 * The versions to go back to from one that is live, the nearest first: what its promotion started from, what the promotion of that
 * one started from, and so on. A version that was tried or undone in between is none of them.
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
