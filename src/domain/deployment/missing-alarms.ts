/**
 * Alarms that disappeared while a deployment needed them. The timeline tells it once, however often Slipway looks,
 * until the alarms exist again.
 */

import { missingInWords } from '../verdict/alarm-evidence.ts';
import { type Deployment, isInFlight } from './deployment.ts';
import { held } from './rollout.ts';
import type { EntryDraft } from './timeline.ts';

export interface Told {
  readonly deployment: Deployment;
  readonly entries: readonly EntryDraft[];
}

/**
 * Records in the deployment which alarms are missing, with one entry when an alarm is newly missing. Returns the same
 * deployment when nothing changed.
 */
export function toldOfMissing(deployment: Deployment, missing: readonly string[]): Told {
  const { missingAlarms: known = [] } = deployment.progress;
  if (missing.length === known.length && missing.every((name) => known.includes(name)))
    return { deployment, entries: [] };
  const progress = { ...deployment.progress, missingAlarms: missing };
  const isNew = missing.some((name) => !known.includes(name));
  return { deployment: { ...deployment, progress }, entries: isNew ? [entryFor(deployment, missing)] : [] };
}

/**
 * Does the same, and also holds a waiting rollout while alarms are missing, because time alone does not bring the
 * evidence back. It also holds a rollout that was working or paused when the entry was written.
 *
 * It only writes the entry for a rollout that a person promoted or paused, and for a rollout with all calls on the new
 * version.
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
