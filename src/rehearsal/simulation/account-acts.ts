/**
 * What happens to the account beside Slipway, in a simulation: alarms that something else sets off, replaces or leaves
 * without data, a janitor, an intruder, a console in which somebody saves what is there already, executions that end.
 */
import { deleteOldVersions } from '../cloud/janitor.ts';
import { workloadFunction } from '../cloud/workload-calls.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Installation } from './installation.ts';
import { BEHAVIOURS, pick, type Scenario } from './scenario.ts';

export interface ActOrder {
  readonly installation: Installation;
  readonly scenario: Scenario;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly say: (line: string) => void;
  /** Says that something struck the installation from outside. */
  readonly strike: () => void;
}

/** Something outside makes the alarm red for a while. */
export function turnRed({ installation, scenario, say }: ActOrder, random: Random): void {
  const { alarms } = pick(random, scenario.services);
  for (const name of alarms.filter((one) => there(installation).includes(one))) {
    say(`alarm ${name} is set off`);
    installation.cloud.alarms.setAlarmState({ name, state: 'ALARM', reason: 'Something outside' });
  }
}

export function cleanUp({ installation, scenario, say }: ActOrder, random: Random): void {
  const { name } = pick(random, lambdaServices(scenario));
  const deleted = deleteOldVersions(installation.cloud.lambda, { functionName: name, keep: 1 });
  say(`the janitor deletes versions ${deleted.join(', ') || 'none'} of ${name}`);
}

/**
 * A stack update, or a person with a console: the alias is on one version again, whatever Slipway had in mind; or its two
 * versions have another share.
 */
export function intrude({ installation, scenario, say, strike }: ActOrder, random: Random): void {
  strike();
  const { name } = pick(random, lambdaServices(scenario));
  const { lambda } = installation.cloud;
  const { functionVersion: stable, weights } = lambda.getAlias(name, { alias: 'live' });
  const [canary] = Object.keys(weights);
  if (canary !== undefined && random.chance(0.25)) {
    const share = pick(random, [0.3, 0.6]);
    lambda.updateAlias({ functionName: name, alias: 'live', functionVersion: stable, weights: { [canary]: share } });
    say(`somebody gives version ${canary} of ${name}:live ${share * 100} %`);
    return;
  }
  const functionVersion = random.chance(0.5)
    ? lambda.publishVersion({ functionName: name, code: { kind: 'modelled', behaviour: BEHAVIOURS.good } }).version
    : pick(random, Object.keys(lambda.getFunction(name).versions));
  lambda.updateAlias({ functionName: name, alias: 'live', functionVersion });
  say(`somebody moves ${name}:live to version ${functionVersion}`);
}

function lambdaServices({ services }: Scenario) {
  return services.filter(({ target }) => target.kind === 'lambda');
}

export function loseExecution({ installation, say, strike }: ActOrder, random: Random): void {
  strike();
  const running = installation.workflows.running();
  if (running.length === 0) return;
  const { machine, deploymentId, again } = pick(random, running);
  installation.workflows.stop({ machine, deploymentId, again });
  say(`the execution of ${deploymentId} is stopped`);
}

/** Its description, say: the alias has a new revision, and every call goes where it went. */
export function editAlias({ installation, scenario, say, strike }: ActOrder, random: Random): void {
  strike();
  const { name } = pick(random, lambdaServices(scenario));
  const { functionVersion, weights } = installation.cloud.lambda.getAlias(name, { alias: 'live' });
  installation.cloud.lambda.updateAlias({ functionName: name, alias: 'live', functionVersion, weights });
  say(`somebody saves ${name}:live as it is`);
}

export function troubleAlarm(order: ActOrder, random: Random): void {
  order.strike();
  const trouble = pick(random, [replaceAlarm, loseData, silence]);
  trouble(order, random);
}

/** A stack update that makes it anew: for a while there is none, and then one that knows nothing. */
function replaceAlarm({ installation, scenario, scheduler, say, strike }: ActOrder, random: Random): void {
  const definition = pick(random, scenario.alarms);
  const { alarms } = installation.cloud;
  alarms.deleteAlarm(definition.name);
  say(`alarm ${definition.name} is deleted`);
  scheduler.at(scheduler.now() + 5_000 + random.integer(60_000), () => {
    strike();
    alarms.putAlarm(definition);
    say(`alarm ${definition.name} is there again`);
  });
}

/** Until the next evaluation, as after a gap in the metrics. */
function loseData({ installation, scenario, say }: ActOrder, random: Random): void {
  const { name } = pick(random, scenario.alarms);
  if (!there(installation).includes(name)) return;
  installation.cloud.alarms.setAlarmState({ name, state: 'INSUFFICIENT_DATA', reason: 'Missing data' });
  say(`alarm ${name} has no data`);
}

/** Nobody calls the service for a minute or two: no metric has a figure then. */
function silence({ installation, scenario, scheduler, say, strike }: ActOrder, random: Random): void {
  const { name, target } = pick(random, scenario.services);
  const functionName = target.kind === 'lambda' ? target.function : workloadFunction(target);
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

function there({ cloud }: Installation): readonly string[] {
  return cloud.alarms.list().map(({ name }) => name);
}
