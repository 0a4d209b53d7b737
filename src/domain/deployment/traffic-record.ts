/**
 * How a change of the live split is recorded: one timeline entry for each change. This includes a change whose author
 * crashed before it recorded it, and that Slipway found only later.
 */

import type { Fingerprints } from '../lambda/fingerprint.ts';
import type { LambdaTarget } from '../service/service-spec.ts';
import { onAlias, targetRules } from '../service/target.ts';
import type { Deployment } from './deployment.ts';
import type { EntryDraft } from './timeline.ts';

/** How AWS splits the calls of an alias. */
export interface LiveSplit {
  /** The version that has all the traffic that is not on `canary`. */
  readonly stable: string;
  readonly canary: string | null;
  readonly canaryPercent: number;
  /** Changes with every change of the target by anyone, even of a description. */
  readonly revision: string;
}

/** The deployment's two versions on its alias; null on a cluster, or while one of the versions is not known. */
export function liveSplit({ spec, stable, canary, liveRevision, fingerprints }: Deployment): OwnSplit | null {
  const target = onAlias(spec.target);
  if (stable === null || canary === null || liveRevision === null || target === null) return null;
  return { target, stable, canary, revision: liveRevision, fingerprints };
}

export interface OwnSplit {
  readonly target: LambdaTarget;
  readonly stable: string;
  readonly canary: string;
  /** The target's last recorded revision. */
  readonly revision: string;
  /** The fingerprints of the two versions. Left out or null when only their numbers are known. */
  readonly fingerprints?: Fingerprints | null | undefined;
}

/**
 * True when, since `before` was read, a later change of the target was recorded or the task was fenced off. Then the
 * stored state stays.
 */
export function isOvertaken(before: Deployment, current: Deployment): boolean {
  return current.liveRevision !== before.liveRevision || current.fence !== before.fence;
}

export interface TrafficChange {
  readonly moved: { readonly revision: string; readonly foundPercent: number | undefined };
  readonly toPercent: number;
  readonly by: string;
  readonly because: string;
  /** Why there was an unrecorded change. When left out, Slipway assumes that the change's author crashed. */
  readonly foundBecause?: string | undefined;
}

/**
 * Returns the deployment with the change, an entry for the change, and an entry for any unrecorded change before it.
 */
export function recordTraffic(
  deployment: Deployment,
  { moved, toPercent, by, because, foundBecause }: TrafficChange,
): { readonly deployment: Deployment; readonly entries: EntryDraft[] } {
  const entries: EntryDraft[] = [];
  if (isOnRecord(deployment, { moved, toPercent })) return { deployment, entries };
  const found = moved.foundPercent ?? deployment.atPercent;
  if (found !== deployment.atPercent) entries.push(foundEntry(deployment, { found, by, foundBecause }));
  if (toPercent !== found) entries.push(entryFor({ from: found, to: toPercent, by, because }));
  // Under a strange revision of an alias, calls may have moved to the canary and back while no task recorded it.
  const isStrange = moved.foundPercent !== undefined && !targetRules(deployment.spec.target).hasOwnRecord;
  const progress = isStrange ? { ...deployment.progress, isUnmoved: undefined } : deployment.progress;
  return { deployment: { ...deployment, progress, atPercent: toPercent, liveRevision: moved.revision }, entries };
}

const AUTHOR_STOPPED = 'Found on the target: its author stopped before recording it.';
const NOT_ON_RECORD =
  'Found on the target, and not on record: a task of Slipway stopped before recording it, or somebody else did it.';

/**
 * The author of a change that was only found on an alias is unknown. But a share that no step asks for is not
 * Slipway's. On a cluster only Slipway writes the record.
 */
function foundEntry(
  deployment: Deployment,
  { found: to, by, foundBecause }: Pick<TrafficChange, 'by' | 'foundBecause'> & { readonly found: number },
): EntryDraft {
  const { atPercent: from, canary, spec } = deployment;
  if (foundBecause !== undefined) return entryFor({ from, to, by, because: foundBecause });
  if (targetRules(spec.target).hasOwnRecord) return entryFor({ from, to, by, because: AUTHOR_STOPPED });
  if (to === 0 || mayBeOwnMove(deployment, to)) return entryFor({ from, to, by: 'unknown', because: NOT_ON_RECORD });
  const fact = `Somebody else gave version ${canary} ${to} %, where Slipway had given it ${from} %.`;
  return { kind: 'TrafficMovedByOthers', by: 'unknown', because: fact, data: { canaryPercent: to } };
}

/**
 * True for a weight that a task may have set but not recorded yet. Such a weight is above the recorded one, and the
 * current step or an earlier one asks for it.
 */
export function mayBeOwnMove({ steps, progress, atPercent }: Deployment, percent: number): boolean {
  if (percent <= atPercent) return false;
  if (percent === 100 && progress.stepIndex >= steps.length) return true;
  return steps.slice(0, progress.stepIndex + 1).some((step) => 'setWeight' in step && step.setWeight === percent);
}

/** True when a concurrent writer found the same change and recorded it first. */
export function isOnRecord(
  { liveRevision, atPercent }: Deployment,
  { moved, toPercent }: Pick<TrafficChange, 'moved' | 'toPercent'>,
): boolean {
  return liveRevision === moved.revision && atPercent === toPercent;
}

/** The entry for a canary that was live for a moment before the rollback, written when the end is already recorded. */
export function entryForFound(percent: number): EntryDraft {
  const because = 'Found on the target before it was taken back: its author stopped before recording it.';
  return entryFor({ from: 0, to: percent, by: 'slipway', because });
}

export function entryForTakenBack(change: { readonly from: number; readonly by: string; readonly because: string }) {
  return entryFor({ ...change, to: 0 });
}

function entryFor({ from, to, by, because }: { from: number; to: number; by: string; because: string }): EntryDraft {
  const kind = to < from ? 'TrafficTakenBack' : to === 100 ? 'Promoted' : 'TrafficShifted';
  return { kind, by, because, data: { canaryPercent: to } };
}
