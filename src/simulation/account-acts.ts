/**
 * What other tools and people do to the account in a simulation. A janitor deletes versions, a person moves or saves an
 * alias, a function's versions take time to become Active, and executions are stopped. For alarms see alarm-acts.ts.
 */

import { onAlias } from '../domain/service/target.ts';
import { deleteOldVersions } from '../twin/lambda/janitor.ts';
import { pick, type Random } from '../twin/random.ts';
import type { Scheduler } from '../twin/scheduler.ts';
import type { Installation } from './installation.ts';
import { BEHAVIOURS, CODES, type Scenario } from './scenario.ts';

export interface ActOrder {
  readonly installation: Installation;
  readonly scenario: Scenario;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly say: (line: string) => void;
  /** Reports that something struck the installation from outside. */
  readonly strike: () => void;
}

export function cleanUp({ installation, scenario, say }: ActOrder, random: Random): void {
  const { name } = pick(random, lambdaServices(scenario));
  const deleted = deleteOldVersions(installation.cloud.lambda, { functionName: name, keep: 1 });
  say(`the janitor deletes versions ${deleted.join(', ') || 'none'} of ${name}`);
}

/**
 * A stack update or a person in the console moves the alias, whatever Slipway planned. The alias is then on one
 * version, or its two versions have other shares.
 */
export function intrude({ installation, scenario, say, strike }: ActOrder, random: Random): void {
  strike();
  const { name } = pick(random, publishedServices(scenario));
  const { lambda } = installation.cloud;
  const { functionVersion: stable, weights } = lambda.getAlias(name, { alias: 'live' });
  const [canary] = Object.keys(weights);
  if (canary !== undefined && random.chance(0.25)) {
    const share = pick(random, [0.3, 0.6]);
    lambda.updateAlias({ functionName: name, alias: 'live', functionVersion: stable, weights: { [canary]: share } });
    say(`somebody gives version ${canary} of ${name}:live ${share * 100} %`);
    return;
  }
  const wanted = random.chance(0.5)
    ? lambda.publishVersion({ functionName: name, code: { kind: 'modelled', behaviour: BEHAVIOURS.good } }).version
    : pick(random, Object.keys(lambda.getFunction(name).versions));
  // The person knows that a version which is not ready would fail all calls.
  const isReady = lambda.describeVersion(name, { version: wanted }).state === 'Active';
  const functionVersion = isReady ? wanted : stable;
  lambda.updateAlias({ functionName: name, alias: 'live', functionVersion });
  say(`somebody moves ${name}:live to version ${functionVersion}`);
}

function lambdaServices({ services }: Scenario) {
  return services.filter(({ target }) => onAlias(target) !== null);
}

export function publishedServices(scenario: Scenario) {
  return lambdaServices(scenario).filter(({ name }) => !scenario.unpublished.includes(name));
}

export function loseExecution({ installation, say, strike }: ActOrder, random: Random): void {
  strike();
  const running = installation.workflows.running();
  if (running.length === 0) return;
  const { machine, deploymentId, again } = pick(random, running);
  installation.workflows.stop({ machine, deploymentId, again });
  say(`the execution of ${deploymentId} is stopped`);
}

/**
 * A person edits, for example, the description of the alias. The alias has a new revision, and every call goes where it
 * went.
 */
export function editAlias({ installation, scenario, say, strike }: ActOrder, random: Random): void {
  strike();
  const { name } = pick(random, lambdaServices(scenario));
  const { functionVersion, weights } = installation.cloud.lambda.getAlias(name, { alias: 'live' });
  installation.cloud.lambda.updateAlias({ functionName: name, alias: 'live', functionVersion, weights });
  say(`somebody saves ${name}:live as it is`);
}

/**
 * The function uses SnapStart or a network of its own: from now on its versions are Pending at first, and some never
 * become Active.
 */
export function changePreparation({ installation, scenario, say }: ActOrder, random: Random): void {
  const { name } = pick(random, lambdaServices(scenario));
  const takesMs = pick(random, [3_000, 15_000, 60_000, 180_000]);
  const becomes = random.chance(0.3) ? 'Failed' : 'Active';
  installation.cloud.lambda.putFunction({ name, preparation: { takesMs, becomes, reason: 'Its init failed.' } });
  say(`versions of ${name} are Pending for ${takesMs / 1_000} s from now on, then ${becomes}`);
}

/** A stack replaces the function. The versions count from 1 again, with any code, and the alias is new. */
export function recreate({ installation, scenario, say, strike }: ActOrder, random: Random): void {
  strike();
  const { name } = pick(random, publishedServices(scenario));
  const { lambda } = installation.cloud;
  const { lastVersion } = lambda.getFunction(name);
  lambda.deleteFunction(name);
  lambda.putFunction({ name });
  const count = 1 + random.integer(lastVersion + 2);
  for (let index = 0; index < count; index += 1) {
    const behaviour = BEHAVIOURS[pick(random, CODES)];
    // Usually the code is new: the earlier code under that number has another median.
    const own = random.chance(0.8) ? { ...behaviour, medianMs: behaviour.medianMs + 1 } : behaviour;
    lambda.publishVersion({ functionName: name, code: { kind: 'modelled', behaviour: own } });
  }
  const functionVersion = pick(random, Object.keys(lambda.getFunction(name).versions));
  lambda.putAlias({ functionName: name, alias: 'live', functionVersion });
  say(`somebody deletes ${name} and creates it again, with version ${functionVersion} live`);
}
