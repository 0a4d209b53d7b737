/**
 * What other tools and people do to alarms: they set alarms off, replace them, mute them, or leave them without data.
 */
import { calledAs } from '../twin/cloud/workload-calls.ts';
import { pick, type Random } from '../twin/random.ts';
import type { AlarmDefinition } from '../twin/world/world.ts';
import type { ActOrder } from './account-acts.ts';

/** A cause outside Slipway makes the alarm red for a while. */
export function turnRed({ installation, scenario, say }: ActOrder, random: Random): void {
  const { alarms } = pick(random, scenario.services);
  for (const name of alarms.filter(installation.cloud.alarms.has)) {
    say(`alarm ${name} is set off`);
    installation.cloud.alarms.setAlarmState({ name, state: 'ALARM', reason: 'Something outside' });
  }
}

export function troubleAlarm(order: ActOrder, random: Random): void {
  order.strike();
  const trouble = pick(random, [replaceAlarm, loseData, silence]);
  trouble(order, random);
}

/** A stack update deletes the alarm and makes it again. */
function replaceAlarm(order: ActOrder, random: Random): void {
  deleteAlarm(order, { definition: pick(random, order.scenario.alarms), forMs: 5_000 + random.integer(60_000) });
}

/** The alarm is missing for minutes, in which a rollout may end. */
export function loseAlarm(order: ActOrder, random: Random): void {
  order.strike();
  deleteAlarm(order, { definition: pick(random, order.scenario.alarms), forMs: 60_000 + random.integer(240_000) });
}

/** For a while the alarm does not exist; then it exists and has no data. */
function deleteAlarm(
  { installation, scheduler, say, strike }: ActOrder,
  { definition, forMs }: { readonly definition: AlarmDefinition; readonly forMs: number },
): void {
  const { alarms } = installation.cloud;
  alarms.deleteAlarm(definition.name);
  say(`alarm ${definition.name} is deleted`);
  scheduler.at(scheduler.now() + forMs, () => {
    strike();
    alarms.putAlarm(definition);
    say(`alarm ${definition.name} is there again`);
  });
}

/** The alarm has no data until the next evaluation, as after a gap in the metrics. */
function loseData({ installation, scenario, say }: ActOrder, random: Random): void {
  const { name } = pick(random, scenario.alarms);
  if (!installation.cloud.alarms.has(name)) return;
  installation.cloud.alarms.setAlarmState({ name, state: 'INSUFFICIENT_DATA', reason: 'Missing data' });
  say(`alarm ${name} has no data`);
}

/** The service gets no calls for a minute or two, so no metric has a value. */
function silence({ installation, scenario, scheduler, say, strike }: ActOrder, random: Random): void {
  const { name, target } = pick(random, scenario.services);
  const { functionName } = calledAs(target);
  const load = installation.cloud.loads().find((one) => one.functionName === functionName);
  if (load === undefined) return;
  installation.cloud.setLoad({ ...load, requestsPerSecond: 0 });
  say(`${name} has no calls`);
  scheduler.at(scheduler.now() + 60_000 + random.integer(60_000), () => {
    strike();
    installation.cloud.setLoad(load);
    say(`${name} has calls again`);
  });
}

/**
 * A person mutes the alarm so that a rollout does not wake the team, and forgets that for a while. The alarm still
 * turns red.
 */
export function muteAlarm({ installation, scenario, scheduler, say }: ActOrder, random: Random): void {
  const { inFlight, deployments } = installation.ledger.view();
  const ofRollouts = [...inFlight].flatMap((id) => deployments.get(id)?.spec.alarms ?? []);
  const name = pick(random, ofRollouts.length > 0 ? ofRollouts : scenario.alarms.map((alarm) => alarm.name));
  const setActions = (enabled: boolean) => {
    if (!installation.cloud.alarms.has(name)) return;
    installation.cloud.alarms.setAlarmActions({ name, enabled });
    say(`alarm ${name} has its actions ${enabled ? 'on' : 'off'}`);
  };
  setActions(false);
  scheduler.at(scheduler.now() + 30_000 + random.integer(150_000), () => setActions(true));
}
