/** Alarms that vanished while a deployment needed them: told once, whatever the number of looks, until they are back. */

import { missingInWords } from '../verdict/alarm-evidence.ts';
import { type Deployment, isInFlight } from './deployment.ts';
import { held } from './rollout.ts';
import type { EntryDraft } from './timeline.ts';

export interface Told {
  readonly deployment: Deployment;
  readonly entries: readonly EntryDraft[];
}

/** The deployment that remembers which alarms are missing, with one entry when an alarm is newly missing. The same deployment when nothing is new. */
export function toldOfMissing(deployment: Deployment, missing: readonly string[]): Told {
  const { missingAlarms: known = [] } = deployment.progress;
  if (missing.length === known.length && missing.every((name) => known.includes(name)))
    return { deployment, entries: [] };
  const progress = { ...deployment.progress, missingAlarms: missing };
  const isNew = missing.some((name) => !known.includes(name));
  return { deployment: { ...deployment, progress }, entries: isNew ? [entryFor(deployment, missing)] : [] };
}

/**
 * The same, and a rollout that waits is held as long as they are missing: no time brings the evidence back, and it may have
 * been at work or paused when it was told. A rollout that a person promoted or paused, and one with all calls on its new
 * version, is only told of.
 */
export function heldForMissing(
  deployment: Deployment,
  {
    missing,
    isWaiting,
    now,
  }: { readonly missing: readonly string[]; readonly isWaiting: boolean; readonly now: number },
): Told {
  const told = toldOfMissing(deployment, missing);
  const { progress, signal, atPercent } = deployment;
  const isFree = progress.pausedAt === null && progress.isForced !== true && signal === null && atPercent < 100;
  if (missing.length === 0 || !isWaiting || !isFree) return told;
  return { ...told, deployment: held(told.deployment, { because: missingInWords(missing), now }) };
}

function entryFor(deployment: Deployment, missing: readonly string[]): EntryDraft {
  const because = isInFlight(deployment)
    ? `${missingInWords(missing)}.`
    : `No alarm watches version ${deployment.canary} any more: CloudWatch has no ${missing.join(' and no ')}. Create what is missing again; until then nothing rolls this version back by itself.`;
  return { kind: 'AlarmsMissing', by: 'slipway', because, data: { alarms: missing } };
}
