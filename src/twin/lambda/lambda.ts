/**
 * Lambda's control plane: functions, immutable versions, aliases. Stricter than AWS, never laxer. It refuses a stale
 * RevisionId, a version that is missing or not Active, another role or dead-letter queue, and weights with provisioned
 * concurrency or with $LATEST. `details.code` of an error is AWS's name for it.
 */
import { LATEST } from '../../domain/lambda/version-fact.ts';
import type { Scheduler } from '../scheduler.ts';
import { findAlias, findFunction, findVersion, holdsVersion, invalid, refusal } from '../world/function-parts.ts';
import { factOf } from '../world/version-facts.ts';
import { stateAt } from '../world/version-state.ts';
import type { Alias, Code, LambdaFunction, Preparation, Readiness, Source, World } from '../world/world.ts';
import { deletions } from './lambda-deletions.ts';
import { publications, settingsOf, updateCode } from './lambda-publications.ts';
import { triggersOn } from './lambda-triggers.ts';

export interface AliasOrder {
  readonly functionName: string;
  readonly alias: string;
  readonly functionVersion: string;
  /** Fractions of 1. When left out, the alias is on one version. */
  readonly weights?: Readonly<Record<string, number>>;
  /** The change is refused when this is not the alias's current revision. When left out, there is no such check. */
  readonly revisionId?: string;
}

export interface FunctionOrder {
  readonly name: string;
  readonly roleArn?: string;
  readonly deadLetterArn?: string;
  readonly timeoutMs?: number | undefined;
  readonly concurrency?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly preparation?: Preparation;
  readonly source?: Source | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Is told about changes. `beforeChange` comes first, because calls up to then followed the old split; `afterChange`
 * comes after any change.
 */
export interface LambdaWatcher {
  beforeChange(): void;
  afterMove(order: { functionName: string; alias: string }): void;
  afterChange(): void;
}

export type Lambda = ReturnType<typeof lambdaControlPlane>;

export function lambdaControlPlane({
  scheduler,
  world,
  watcher,
}: {
  scheduler: Scheduler;
  world: World;
  watcher: LambdaWatcher;
}) {
  const changed = <T>(change: () => T): T => {
    watcher.beforeChange();
    const result = change();
    watcher.afterChange();
    return result;
  };
  return {
    ...deletions({ world, changed }),
    ...triggersOn({ world, changed }),
    /** Repeatable: an existing function keeps its versions and aliases, and gets the new settings. */
    putFunction: (order: FunctionOrder) => changed(() => putFunction(world, order)),
    getFunction: (name: string) => findFunction(world, name),
    ...publications({ world, scheduler, changed }),
    getVersion: (functionName: string, { version }: { version: string }) =>
      findVersion(findFunction(world, functionName), version),
    describeVersion: (functionName: string, { version }: { version: string }) =>
      factOf(findVersion(findFunction(world, functionName), version), scheduler.now()),
    /** Replaces the unpublished code. An alias on $LATEST serves the new code at once. */
    updateCode: ({ functionName, code }: { functionName: string; code: Code }) =>
      changed(() => updateCode(findFunction(world, functionName), { code, at: scheduler.now() })),
    setReadiness: (functionName: string, { version, readiness }: { version: string; readiness: Readiness }) =>
      changed(() => {
        findVersion(findFunction(world, functionName), version).readiness = readiness;
      }),
    getAlias: (functionName: string, { alias }: { alias: string }) =>
      findAlias(findFunction(world, functionName), alias),
    /** Creates the alias when it does not exist; otherwise changes it. */
    putAlias: (order: AliasOrder) => {
      const exists = findFunction(world, order.functionName).aliases[order.alias] !== undefined;
      const timed = { ...order, at: scheduler.now() };
      const alias = changed(() => (exists ? updateAlias(world, timed) : createAlias(world, timed)));
      watcher.afterMove(order);
      return alias;
    },
    updateAlias: (order: AliasOrder) => {
      const alias = changed(() => updateAlias(world, { ...order, at: scheduler.now() }));
      watcher.afterMove(order);
      return alias;
    },
    putProvisionedConcurrency: (functionName: string, { alias, count }: { alias: string; count: number }) =>
      changed(() => putProvisionedConcurrency(findAlias(findFunction(world, functionName), alias), count)),
    /** Gives a modelled version another behaviour: a latent fault, or an outage of a dependency. */
    changeBehaviour: (functionName: string, { version, code }: { version: string; code: Code }) =>
      changed(() => {
        findVersion(findFunction(world, functionName), version).code = code;
      }),
  };
}

function putFunction(world: World, order: FunctionOrder) {
  const { name, roleArn, timeoutMs, concurrency, environment } = order;
  const known = world.functions[name];
  const settings = {
    name,
    roleArn: roleArn ?? known?.roleArn ?? `arn:aws:iam::000000000000:role/${name}`,
    deadLetterArn: order.deadLetterArn ?? known?.deadLetterArn,
    timeoutMs: timeoutMs ?? known?.timeoutMs ?? 3_000,
    concurrency: concurrency ?? known?.concurrency ?? 1_000,
    environment: { ...(environment ?? known?.environment) },
  };
  const {
    versions = {},
    aliases = {},
    lastVersion = 0,
    lastRevision = world.deleted?.[name] ?? 0,
    latest: found,
    triggers,
  } = known ?? {};
  const preparation = order.preparation ?? known?.preparation;
  const tags = order.tags ?? known?.tags;
  // Like UpdateFunctionConfiguration: the next version is published with these settings.
  const latest = found && { ...found, ...settingsOf(settings) };
  const rest = { preparation, tags, triggers, source: order.source ?? known?.source };
  world.functions[name] = { ...settings, versions, aliases, lastVersion, lastRevision, latest, ...rest };
}

type TimedOrder = AliasOrder & { readonly at: number };

function createAlias(world: World, order: TimedOrder): Alias {
  const found = findFunction(world, order.functionName);
  if (!/^(?!\d+$)[A-Za-z0-9_-]{1,128}$/.test(order.alias)) {
    throw invalid(`The alias ${order.alias} is not 1 to 128 of letters, digits, - and _. Name another.`);
  }
  const alias: Alias = {
    functionVersion: order.functionVersion,
    weights: { ...order.weights },
    revisionId: nextRevision(found),
    provisionedConcurrency: 0,
  };
  refuseBadSplit({ found, order, alias });
  found.aliases[order.alias] = alias;
  return alias;
}

function updateAlias(world: World, order: TimedOrder): Alias {
  const found = findFunction(world, order.functionName);
  const alias = findAlias(found, order.alias);
  if (order.revisionId !== undefined && order.revisionId !== alias.revisionId) {
    const fact = `The RevisionId ${order.revisionId} of alias ${found.name}:${order.alias} is not the latest, which is ${alias.revisionId}.`;
    throw refusal('Conflict', { code: 'PreconditionFailedException', message: `${fact} Read the alias again.` });
  }
  refuseBadSplit({ found, order, alias });
  const moved: Alias = {
    ...alias,
    functionVersion: order.functionVersion,
    weights: { ...order.weights },
    revisionId: nextRevision(found),
  };
  found.aliases[order.alias] = moved;
  return moved;
}

/** AWS's revision ids are UUIDs. No caller may depend on their order, so these are not plain numbers either. */
function nextRevision(found: LambdaFunction): string {
  found.lastRevision += 1;
  const mixed = Math.imul(found.lastRevision ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
  return `${mixed.toString(16).padStart(8, '0')}-${found.lastRevision}`;
}

function refuseBadSplit({ found, order, alias }: { found: LambdaFunction; order: TimedOrder; alias: Alias }) {
  const weights = Object.entries(order.weights ?? {});
  const main = findVersion(found, order.functionVersion);
  if (weights.length > 1) throw invalid(`An alias holds two versions at most. Leave out all but one weight.`);
  if (weights.length > 0 && [order.functionVersion, ...weights.map(([name]) => name)].includes(LATEST)) {
    throw invalid(`$LATEST is not supported for an alias pointing to more than 1 version. Publish a version.`);
  }
  refuseUnready({ found, order, alias });
  for (const [version, weight] of weights) {
    if (!(weight >= 0 && weight <= 1)) throw invalid(`The weight ${weight} is not between 0 and 1.`);
    if (version === order.functionVersion) throw invalid(`Version ${version} cannot be weighted against itself.`);
    const { roleArn, deadLetterArn } = findVersion(found, version);
    if (roleArn !== main.roleArn || deadLetterArn !== main.deadLetterArn) {
      const what = roleArn === main.roleArn ? 'dead-letter queues' : 'execution roles';
      throw invalid(`Versions ${version} and ${main.version} have different ${what}. Publish with the same one.`);
    }
    if (alias.provisionedConcurrency > 0) {
      throw invalid('An alias with provisioned concurrency cannot be weighted. Remove the provisioned concurrency.');
    }
  }
}

/**
 * AWS refuses a Failed version. It accepts a Pending version, whose calls then fail; here that is refused as well. An
 * Inactive version is accepted, and its first call wakes it.
 */
function refuseUnready({ found, order, alias }: { found: LambdaFunction; order: TimedOrder; alias: Alias }): void {
  const held = found.aliases[order.alias] === alias ? alias : undefined;
  for (const name of [order.functionVersion, ...Object.keys(order.weights ?? {})]) {
    if (held !== undefined && holdsVersion(held, name)) continue;
    const { state, reason } = stateAt(findVersion(found, name), order.at);
    if (state === 'Active' || state === 'Inactive') continue;
    const fact = `Version ${name} of ${found.name} is in the state ${state}: ${reason}`;
    throw refusal('Transient', { code: 'ResourceConflictException', message: `${fact} Wait until it is Active.` });
  }
}

function putProvisionedConcurrency(alias: Alias, count: number): void {
  if (count > 0 && Object.keys(alias.weights).length > 0) {
    const message = 'A weighted alias cannot have provisioned concurrency. Put it on one version first.';
    throw refusal('Broken', { code: 'InvalidParameterValueException', message });
  }
  alias.provisionedConcurrency = count;
}
