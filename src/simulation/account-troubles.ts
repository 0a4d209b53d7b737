/** What a seed lets others do to the account, where no call of Slipway is struck. Data only; account-acts.ts does it. */
import type { ControlPlaneLimits } from '../twin/lambda/control-plane.ts';
import { pick, type Random } from '../twin/random.ts';

export interface AccountTroubles {
  /** How many times somebody edits an alias without moving its calls: it has another revision and the same split. */
  readonly aliasEdits: number;
  /** How many times a stack update replaces an alarm, an alarm loses its data, or a service has no calls for a while. */
  readonly alarmTroubles: number;
  /** How many times somebody deletes an alarm, which is there again minutes later. */
  readonly alarmLosses: number;
  /** How many times somebody switches the actions of an alarm off for a while. */
  readonly mutings: number;
  /** How many times a function is changed so that its next versions are Pending for a while, or end as Failed. */
  readonly preparations: number;
  /** How many times somebody deletes a function and creates it again, so that its versions count from 1 again. */
  readonly recreations: number;
  /** How many times a team deploys to `$LATEST` with a tool of its own, and asks Slipway for that. */
  readonly toolDeploys: number;
  /** What Lambda's control plane takes in a second, and what everybody else asks of it. */
  readonly controlPlane: Pick<ControlPlaneLimits, 'callsPerSecond' | 'othersPerSecond'>;
}

export function drawTroubles(random: Random): AccountTroubles {
  const troubles = random.fork('troubles');
  const aliasEdits = troubles.chance(0.2) ? 1 + troubles.integer(2) : 0;
  const alarmTroubles = troubles.chance(0.3) ? 1 + troubles.integer(3) : 0;
  const callsPerSecond = pick(troubles, [15, 15, 8]);
  // Of their own, so that these do not draw the rest of a seed anew.
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
