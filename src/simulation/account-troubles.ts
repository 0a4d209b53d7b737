/**
 * What other people and tools do to the account with a seed, without a fault in a call of Slipway. Data only;
 * account-acts.ts does it.
 */
import type { ControlPlaneLimits } from '../twin/lambda/control-plane.ts';
import { pick, type Random } from '../twin/random.ts';

export interface AccountTroubles {
  /** How many times a person edits an alias without moving its calls: the revision changes and the split stays. */
  readonly aliasEdits: number;
  /**
   * How many times a stack update replaces an alarm, an alarm loses its data, or a service has no calls for a while.
   */
  readonly alarmTroubles: number;
  /** How many times a person deletes an alarm, which exists again minutes later. */
  readonly alarmLosses: number;
  /** How many times a person switches off the actions of an alarm for a while. */
  readonly mutings: number;
  /** How many times a function is changed so that its next versions are Pending for a while, or end as Failed. */
  readonly preparations: number;
  /** How many times a person deletes a function and creates it again, so that its versions count from 1 again. */
  readonly recreations: number;
  /** How many times a team deploys to `$LATEST` with its own tool, and asks Slipway to publish that. */
  readonly toolDeploys: number;
  /** The calls per second that Lambda's control plane accepts, and those that other callers make. */
  readonly controlPlane: Pick<ControlPlaneLimits, 'callsPerSecond' | 'othersPerSecond'>;
}

export function drawTroubles(random: Random): AccountTroubles {
  const troubles = random.fork('troubles');
  const aliasEdits = troubles.chance(0.2) ? 1 + troubles.integer(2) : 0;
  const alarmTroubles = troubles.chance(0.3) ? 1 + troubles.integer(3) : 0;
  const callsPerSecond = pick(troubles, [15, 15, 8]);
  // A fork of its own, so that these draws do not change the other draws of a seed.
  const versions = random.fork('versions');
  const mutings = random.fork('mutings');
  const others = random.fork('others');
  const tools = random.fork('tools');
  return {
    aliasEdits,
    alarmTroubles,
    alarmLosses: random.fork('losses').chance(0.15) ? 1 : 0,
    mutings: mutings.chance(0.3) ? 1 + mutings.integer(2) : 0,
    preparations: versions.chance(0.3) ? 1 + versions.integer(2) : 0,
    recreations: random.fork('recreations').chance(0.15) ? 1 : 0,
    toolDeploys: tools.chance(0.3) ? 1 + tools.integer(3) : 0,
    controlPlane: { callsPerSecond, othersPerSecond: others.chance(0.3) ? pick(others, [2, 5]) : 0 },
  };
}
