/**
 * A forward move of a Lambda alias. A change that leaves the split as recorded (of a description, say) is no obstacle: the
 * move is repeated under the revision that was found, after the ledger was asked again whether the move is still wanted, and
 * its alarms whether one of them has taken the calls back without the ledger.
 */

import { goesForward } from '../../domain/deployment/accept-signal.ts';
import { countedAlarms, type Deployment } from '../../domain/deployment/deployment.ts';
import { sharesOf } from '../../domain/deployment/moved-by-others.ts';
import { isOvertaken, type LiveSplit, type OwnSplit } from '../../domain/deployment/traffic-record.ts';
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import { targetName } from '../../domain/service/target.ts';
import type { Alarms } from '../../ports/alarms.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { Moved, Traffic } from '../../ports/traffic.ts';

export interface MoveForwardPorts {
  readonly deployments: Deployments;
  readonly traffic: Traffic;
  readonly alarms: Alarms;
  readonly clock: Clock;
}

export interface ForwardOrder {
  /** As it was read, with no signal. */
  readonly deployment: Deployment;
  readonly split: OwnSplit;
  readonly toPercent: number;
}

/** How often the alias may change in between. */
const TRIES = 5;
/** So long an alarm's event comes again whose handler had no ledger. In milliseconds. */
const TOLD_WITHIN_MS = 3 * 60_000;

/** UpdateAlias; and once more at 100 %, for the pin. */
export function callsToMove(toPercent: number): number {
  return toPercent === 100 ? 2 : 1;
}

/** Null when the deployment has a signal now that comes first. Throws Conflict when the split is not the recorded one any more. */
export async function moveForward(
  { deployments, traffic, alarms, clock }: MoveForwardPorts,
  { deployment, split, toPercent }: ForwardOrder,
): Promise<Moved | null> {
  // At 100 % the alias itself holds the version before no longer. Earlier the pin still keeps the one before that: stable is
  // watched, and may have to go back to it.
  if (toPercent === 100) await traffic.pin(split.target, split.stable);
  let { revision } = split;
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      return await traffic.setSplit({ ...split, revision, canaryPercent: toPercent });
    } catch (error) {
      const found = foundBy(error);
      if (found === null || !mayMoveFrom(deployment, found)) throw error;
      // In this order: a way back records that it is coming before it moves an alias without canary calls, so either the
      // ledger shows it here, or its move makes the revision stale that was just found.
      const { deployment: current } = await deployments.read(deployment.id);
      if (isOvertaken(deployment, current) || !goesForward(current)) throw error;
      if (current.signal !== null) return null;
      await refuseUnderAlarm({ alarms, clock }, deployment);
      revision = found.revision;
    }
  }
  const fact = `The alias ${targetName(split.target)} changed ${TRIES} times while Slipway moved it, each time with the same split.`;
  throw new SlipwayError('Transient', `${fact} Stop what changes it; this is tried again.`);
}

/** Without the ledger, an alarm's handler takes the calls back all the same, and its event comes again to record that. */
async function refuseUnderAlarm({ alarms, clock }: Pick<MoveForwardPorts, 'alarms' | 'clock'>, deployment: Deployment) {
  const counted = countedAlarms(deployment);
  const readings = counted.length === 0 ? [] : await alarms.read(counted);
  const since = Math.max(deployment.openedAt, clock.now() - TOLD_WITHIN_MS);
  const alarm = readings.find(({ state, changedAt }) => state === 'ALARM' || changedAt > since);
  if (alarm === undefined) return;
  const fact = `Alarm ${alarm.name} has changed, and the alias of ${deployment.id} as well. It may have taken the calls back.`;
  throw new SlipwayError('Transient', `${fact} This is tried again, once its event has had its time.`);
}

function foundBy(error: unknown): LiveSplit | null {
  return isSlipwayError(error, 'Conflict') ? ((error.details.found as LiveSplit | undefined) ?? null) : null;
}

/**
 * After somebody else's move a person decides what is set, whichever share the two versions have by now. All calls on stable
 * are a rollback by hand all the same.
 */
function mayMoveFrom({ stable, canary, atPercent, progress }: Deployment, found: LiveSplit): boolean {
  const shares = sharesOf(found);
  const percent = shares.get(canary ?? '') ?? 0;
  if (![...shares.keys()].every((version) => version === stable || version === canary)) return false;
  return Math.abs(percent - atPercent) < 0.01 || (progress.others !== undefined && percent > 0);
}
