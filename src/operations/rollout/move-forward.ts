/**
 * Moves a Lambda alias forward. A change that leaves the recorded split (such as a new description) does not stop the
 * move. Then the move is repeated under the new revision. Before that, the ledger must still want the move, and no
 * alarm may have rolled back without the ledger.
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
  /** As it was read, without a signal. */
  readonly deployment: Deployment;
  readonly split: OwnSplit;
  readonly toPercent: number;
}

/** How often the move is tried when the alias changes in between. */
const TRIES = 5;
/** An alarm's event comes again for this long, in milliseconds, when its handler could not reach the ledger. */
const TOLD_WITHIN_MS = 3 * 60_000;

/** UpdateAlias, and at 100 % a second call for the pin. */
export function callsToMove(toPercent: number): number {
  return toPercent === 100 ? 2 : 1;
}

/**
 * Returns null when the deployment now has a signal, which comes first. Throws Conflict when the split is no longer the
 * recorded one.
 */
export async function moveForward(
  { deployments, traffic, alarms, clock }: MoveForwardPorts,
  { deployment, split, toPercent }: ForwardOrder,
): Promise<Moved | null> {
  // At 100 % the alias no longer holds the version before, so that version is pinned. Below 100 % the pin still keeps
  // the version before stable: stable is watched, and may have to be undone.
  if (toPercent === 100) await traffic.pin(split.target, split.stable);
  let { revision } = split;
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      return await traffic.setSplit({ ...split, revision, canaryPercent: toPercent });
    } catch (error) {
      const found = foundBy(error);
      if (found === null || !mayMoveFrom(deployment, found)) throw error;
      // The order of these reads matters. A rollback of an alias without canary calls records its signal before it
      // moves the alias. So either this read of the ledger shows the signal, or the rollback's move makes the revision
      // just found stale.
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

/**
 * Throws when one of the alarms is red, or changed its state a short time ago. An alarm's handler rolls back even
 * without the ledger, and its event comes again to record that.
 */
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
 * After a move by another tool or person, a person decides what is set, whichever shares the two versions have by now.
 * When all calls are on stable, it is still a rollback by hand.
 */
function mayMoveFrom({ stable, canary, atPercent, progress }: Deployment, found: LiveSplit): boolean {
  const shares = sharesOf(found);
  const percent = shares.get(canary ?? '') ?? 0;
  if (![...shares.keys()].every((version) => version === stable || version === canary)) return false;
  return Math.abs(percent - atPercent) < 0.01 || (progress.others !== undefined && percent > 0);
}
