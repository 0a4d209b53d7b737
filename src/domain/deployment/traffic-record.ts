/**
 * How a change of the live split enters the ledger: one timeline entry for each change, also for one whose author
 * crashed before recording it and which was only found afterwards.
 */

import type { Fingerprints } from '../lambda/fingerprint.ts';
import type { LambdaTarget } from '../service/service-spec.ts';
import { onAlias, targetRules } from '../service/target.ts';
import type { Deployment } from './deployment.ts';
import type { EntryDraft } from './timeline.ts';

/** Where the calls of an alias go, as AWS has it. */
export interface LiveSplit {
  /** The version that holds the traffic that is not on `canary`. */
  readonly stable: string;
  readonly canary: string | null;
  readonly canaryPercent: number;
  /** Changes with every change of the target, whoever makes it; also with one of a description alone. */
  readonly revision: string;
}

/** What the two versions of a deployment are called on its alias; null while one of them is not known, or on a cluster. */
export function liveSplit({ spec, stable, canary, liveRevision, fingerprints }: Deployment): OwnSplit | null {
  const target = onAlias(spec.target);
  if (stable === null || canary === null || liveRevision === null || target === null) return null;
  return { target, stable, canary, revision: liveRevision, fingerprints };
}

export interface OwnSplit {
  readonly target: LambdaTarget;
  readonly stable: string;
  readonly canary: string;
  /** The target's revision as last recorded. */
  readonly revision: string;
  /** What the two versions were made of; left out or null: their numbers alone are known. */
  readonly fingerprints?: Fingerprints | null | undefined;
}

/** Since `before` was read, a later change of the target was recorded, or a later order has fenced it off: that one stands. */
export function isOvertaken(before: Deployment, current: Deployment): boolean {
  return current.liveRevision !== before.liveRevision || current.fence !== before.fence;
}

export interface TrafficChange {
  readonly moved: { readonly revision: string; readonly foundPercent: number | undefined };
  readonly toPercent: number;
  readonly by: string;
  readonly because: string;
  /** Why there was a change that is not on record; left out, its author is taken to have died. */
  readonly foundBecause?: string | undefined;
}

/** The deployment with the change in it, and the entries that the change and any unrecorded one before it deserve. */
export function recordTraffic(
  deployment: Deployment,
  { moved, toPercent, by, because, foundBecause }: TrafficChange,
): { readonly deployment: Deployment; readonly entries: EntryDraft[] } {
  const entries: EntryDraft[] = [];
  if (isOnRecord(deployment, { moved, toPercent })) return { deployment, entries };
  const found = moved.foundPercent ?? deployment.atPercent;
  if (found !== deployment.atPercent) entries.push(foundEntry(deployment, { found, by, foundBecause }));
  if (toPercent !== found) entries.push(entryFor({ from: found, to: toPercent, by, because }));
  return { deployment: { ...deployment, atPercent: toPercent, liveRevision: moved.revision }, entries };
}

const AUTHOR_STOPPED = 'Found on the target: its author stopped before recording it.';
const NOT_ON_RECORD =
  'Found on the target, and not on record: a task of Slipway stopped before recording it, or somebody else did it.';

/**
 * Nobody knows who made a change of an alias that was only found; but a share that no step asks for was not Slipway's. A
 * cluster's record is written by Slipway alone.
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

/** True for a weight that a task may have set and not recorded yet: above the recorded one, and asked for by a step up to the present one. */
export function mayBeOwnMove({ steps, progress, atPercent }: Deployment, percent: number): boolean {
  if (percent <= atPercent) return false;
  if (percent === 100 && progress.stepIndex >= steps.length) return true;
  return steps.slice(0, progress.stepIndex + 1).some((step) => 'setWeight' in step && step.setWeight === percent);
}

/** Two hands at one moment: the other one found what this one did, and was quicker to record it. */
export function isOnRecord(
  { liveRevision, atPercent }: Deployment,
  { moved, toPercent }: Pick<TrafficChange, 'moved' | 'toPercent'>,
): boolean {
  return liveRevision === moved.revision && atPercent === toPercent;
}

/** What was live for a moment before it was taken back, said when the end is on record already. */
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
