/**
 * What another tool or person did to the alias of a deployment, and what follows. Slipway records its own moves after
 * it makes them. So a split that Slipway may have made a moment ago never counts as another tool's move.
 */

import { targetName } from '../service/target.ts';
import type { Deployment } from './deployment.ts';
import { held } from './rollout.ts';
import type { EntryDraft } from './timeline.ts';
import { type LiveSplit, mayBeOwnMove, type OwnSplit } from './traffic-record.ts';

/** What a look at the alias found. `gone` means that the alias does not exist. */
export type FoundSplit = LiveSplit | 'gone';

/**
 * * `home`: all calls are on stable.
 * * `shared`: the two versions have another share.
 * * `foreign`: a third version has calls, or the alias is gone.
 */
export interface ExternalMove {
  readonly kind: 'home' | 'shared' | 'foreign';
  /** The canary's share that was found, in percent. */
  readonly percent: number;
  /** Identifies the same finding at the next look, whatever the revision is then. */
  readonly key: string;
  readonly fact: string;
  /** On a cluster: the record that Slipway keeps there has not changed, so the ledger is still right. */
  readonly isRecordKept?: true;
}

type Versions = Pick<OwnSplit, 'stable' | 'canary'>;

/**
 * Returns null when the split is the recorded one (under any revision), when the timeline already tells it, or when it
 * may be Slipway's own move.
 */
export function intrusionIn(
  deployment: Deployment,
  { split, found }: { readonly split: OwnSplit; readonly found: FoundSplit },
): ExternalMove | null {
  const { progress, liveRevision, atPercent } = deployment;
  const key = found === 'gone' ? 'gone' : inWords(sharesOf(found));
  if (key === progress.others || (found !== 'gone' && found.revision === liveRevision)) return null;
  const alias = `alias ${targetName(split.target)}`;
  if (found === 'gone') {
    return { kind: 'foreign', percent: 0, key, fact: `Somebody else deleted the ${alias}.` };
  }
  const shares = sharesOf(found);
  const percent = shares.get(split.canary) ?? 0;
  const before = beforeInWords(deployment, split);
  const fact = `Somebody else moved the ${alias}: it has ${key}, and ${before}.`;
  const seen = { percent, key, fact };
  if ([...shares.keys()].some((version) => version !== split.stable && version !== split.canary)) {
    return { kind: 'foreign', ...seen };
  }
  if (Math.abs(percent - atPercent) < 0.01 || mayBeOwnMove(deployment, percent)) return null;
  if (percent > 0) return { kind: 'shared', ...seen };
  // A rollback of Slipway that stopped before it recorded its move looks the same, so the text blames no other tool or
  // person.
  const neutral = `The ${alias} has ${key}, and ${before}.`;
  return { kind: 'home', ...seen, fact: neutral };
}

/** Does not attribute an earlier move of another tool or person to Slipway. */
function beforeInWords({ progress: { others }, atPercent }: Deployment, { canary }: OwnSplit): string {
  if (others === undefined) return `Slipway had given version ${canary} ${atPercent} %`;
  return others === 'gone' ? 'somebody else had deleted it before' : `somebody else had given it ${others} before`;
}

/**
 * The rollout after the move. When another tool or person put all calls back on stable, the rollout ends, because that
 * is a rollback by hand. Otherwise it is held before the shift to its current weight. A resume then sets that weight
 * again, and the evidence starts with it.
 */
export function afterIntrusion(
  deployment: Deployment,
  { intrusion, split, now }: { readonly intrusion: ExternalMove; readonly split: Versions; readonly now: number },
): { readonly deployment: Deployment; readonly entries: readonly EntryDraft[] } {
  const { kind, percent, key, fact, isRecordKept } = intrusion;
  const { stepIndex } = shiftBefore(deployment);
  const progress = { ...deployment.progress, stepIndex, stepStartedAt: now, extensions: 0, others: key };
  const noted: Deployment = { ...deployment, progress: { ...progress, isForced: undefined } };
  const because = `${fact} ${nextSteps(deployment, { kind, split })}`;
  const entry = entryFor(deployment, { percent, because });
  switch (kind) {
    case 'home': {
      const signal = { kind: 'abort', because, by: 'unknown', at: now } as const;
      const received: EntryDraft = { kind: 'SignalReceived', by: 'unknown', because, data: { signal: 'abort' } };
      return {
        deployment: { ...noted, signal },
        entries: [entry, received],
      };
    }
    case 'shared': {
      // The recorded revision stays. So Slipway's next move compares the versions first: the function may have been
      // created again.
      const taken = isRecordKept ? noted : { ...noted, atPercent: percent };
      return { deployment: held(taken, { because, now }), entries: [entry] };
    }
    // The recorded revision stays. So no call of Slipway can move a version that is not its own.
    case 'foreign':
      return { deployment: held(noted, { because, now }), entries: [entry] };
  }
}

/**
 * A watched promotion after the move. The watch ends, because an undo could no longer help. It goes on only when no
 * third version has calls and the promoted version still has some.
 */
export function watchAfterIntrusion(
  deployment: Deployment,
  { intrusion, split, now }: { readonly intrusion: ExternalMove; readonly split: OwnSplit; readonly now: number },
): { readonly deployment: Deployment; readonly entries: readonly EntryDraft[] } {
  const { kind, percent, key, fact } = intrusion;
  const goesOn = kind === 'shared';
  const progress = { ...deployment.progress, others: key };
  const watched: Deployment = goesOn
    ? { ...deployment, progress, atPercent: percent }
    : { ...deployment, progress, watchUntil: now };
  const then = goesOn
    ? `An alarm still puts all calls back on version ${split.stable}.`
    : `The watch of version ${split.canary} ends, and no alarm rolls it back any more. Deploy the version that should be live.`;
  return { deployment: watched, entries: [entryFor(deployment, { percent, because: `${fact} ${then}` })] };
}

function entryFor(
  { atPercent: recordedPercent }: Deployment,
  { percent: canaryPercent, because }: { readonly percent: number; readonly because: string },
): EntryDraft {
  return { kind: 'TrafficMovedByOthers', by: 'unknown', because, data: { canaryPercent, recordedPercent } };
}

/** The last shift at or before the current step. */
function shiftBefore({ steps, progress }: Deployment): { readonly stepIndex: number; readonly percent: number | null } {
  const stepIndex = steps.findLastIndex((step, index) => 'setWeight' in step && index <= progress.stepIndex);
  const step = steps[stepIndex];
  return step !== undefined && 'setWeight' in step
    ? { stepIndex, percent: step.setWeight }
    : { stepIndex: 0, percent: null };
}

function nextSteps(
  deployment: Deployment,
  { kind, split: { stable, canary } }: { readonly kind: ExternalMove['kind']; readonly split: Versions },
): string {
  const { percent } = shiftBefore(deployment);
  const restart =
    percent === null ? 'starts its first step again' : `sets ${percent} % again and starts its evidence anew`;
  switch (kind) {
    case 'home':
      return `All calls are on version ${stable} again, put there by somebody else or by a task of Slipway's that stopped before it could record that. The rollout ends as rolled back; deploy again when that was not meant.`;
    case 'shared':
      return `The rollout is held and nothing is judged. Resume ${restart}, promote gives version ${canary} all calls, and abort puts all calls on version ${stable}.`;
    case 'foreign':
      return `The rollout is held, nothing is judged, and Slipway leaves the alias as it is. Abort ends the rollout as failed; or put the alias on versions ${stable} and ${canary} as it was, then resume.`;
  }
}

/** The percent of each version, without versions that get no calls. */
export function sharesOf({ stable, canary, canaryPercent }: LiveSplit): ReadonlyMap<string, number> {
  const shares: [string, number][] = [[stable, Math.round((100 - canaryPercent) * 10_000) / 10_000]];
  if (canary !== null) shares.push([canary, canaryPercent]);
  return new Map(shares.filter(([, percent]) => percent > 0));
}

function inWords(shares: ReadonlyMap<string, number>): string {
  return [...shares].map(([version, percent]) => `${percent} % on version ${version}`).join(' and ');
}
