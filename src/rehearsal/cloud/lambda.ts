/**
 * Lambda's control plane: functions, immutable versions, aliases. Stricter than AWS, never laxer: a stale RevisionId, a
 * version that does not exist, another role, or weights beside provisioned concurrency are refused. `details.code` of an
 * error is the name that AWS gives it.
 */
import { SlipwayError } from '../../domain/errors.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Alias, Code, FunctionVersion, LambdaFunction, World } from './world.ts';

export interface AliasOrder {
  readonly functionName: string;
  readonly alias: string;
  readonly functionVersion: string;
  /** Fractions of 1. Left out, the alias is on one version. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Refused when it is not the alias's present one. Left out, anything goes. */
  readonly revisionId?: string;
}

export interface FunctionOrder {
  readonly name: string;
  readonly roleArn?: string;
  readonly timeoutMs?: number;
  readonly concurrency?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface PublishOrder {
  readonly functionName: string;
  readonly code: Code;
  readonly description?: string;
  readonly roleArn?: string;
}

/** Who has to know of changes: before a split changes, because calls up to then went the old way; and after any change. */
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
    /** Repeatable: a function that is there keeps its versions and aliases, and takes the new settings. */
    putFunction: (order: FunctionOrder) => changed(() => putFunction(world, order)),
    getFunction: (name: string) => findFunction(world, name),
    publishVersion: (order: PublishOrder) => changed(() => publishVersion(world, { ...order, at: scheduler.now() })),
    getVersion: (functionName: string, { version }: { version: string }) =>
      findVersion(findFunction(world, functionName), version),
    deleteVersion: (functionName: string, { version }: { version: string }) =>
      changed(() => deleteVersion(findFunction(world, functionName), version)),
    getAlias: (functionName: string, { alias }: { alias: string }) =>
      findAlias(findFunction(world, functionName), alias),
    /** Makes the alias when it is not there, and otherwise changes it. */
    putAlias: (order: AliasOrder) => {
      const exists = findFunction(world, order.functionName).aliases[order.alias] !== undefined;
      const alias = changed(() => (exists ? updateAlias(world, order) : createAlias(world, order)));
      watcher.afterMove(order);
      return alias;
    },
    updateAlias: (order: AliasOrder) => {
      const alias = changed(() => updateAlias(world, order));
      watcher.afterMove(order);
      return alias;
    },
    putProvisionedConcurrency: (functionName: string, { alias, count }: { alias: string; count: number }) =>
      changed(() => putProvisionedConcurrency(findAlias(findFunction(world, functionName), alias), count)),
    /** Gives a modelled version another behaviour: a latent fault, or an outage of something it depends on. */
    changeBehaviour: (functionName: string, { version, code }: { version: string; code: Code }) =>
      changed(() => {
        findVersion(findFunction(world, functionName), version).code = code;
      }),
  };
}

function putFunction(world: World, { name, roleArn, timeoutMs, concurrency, environment }: FunctionOrder) {
  const known = world.functions[name];
  const settings = {
    name,
    roleArn: roleArn ?? known?.roleArn ?? `arn:aws:iam::000000000000:role/${name}`,
    timeoutMs: timeoutMs ?? known?.timeoutMs ?? 3_000,
    concurrency: concurrency ?? known?.concurrency ?? 1_000,
    environment: { ...(environment ?? known?.environment) },
  };
  const { versions = {}, aliases = {}, lastVersion = 0, lastRevision = 0 } = known ?? {};
  world.functions[name] = { ...settings, versions, aliases, lastVersion, lastRevision };
}

function publishVersion(world: World, { functionName, code, description, roleArn, at }: PublishOrder & { at: number }) {
  const found = findFunction(world, functionName);
  found.lastVersion += 1;
  const version: FunctionVersion = {
    version: String(found.lastVersion),
    code,
    roleArn: roleArn ?? found.roleArn,
    description: description ?? '',
    timeoutMs: found.timeoutMs,
    environment: { ...found.environment },
    publishedAt: at,
  };
  found.versions[version.version] = version;
  return version;
}

function createAlias(world: World, order: AliasOrder): Alias {
  const found = findFunction(world, order.functionName);
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

function updateAlias(world: World, order: AliasOrder): Alias {
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

/** AWS's revision ids are UUIDs. Nobody may count on an order in them, so these are not plain numbers either. */
function nextRevision(found: LambdaFunction): string {
  found.lastRevision += 1;
  const mixed = Math.imul(found.lastRevision ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
  return `${mixed.toString(16).padStart(8, '0')}-${found.lastRevision}`;
}

function refuseBadSplit({ found, order, alias }: { found: LambdaFunction; order: AliasOrder; alias: Alias }) {
  const weights = Object.entries(order.weights ?? {});
  const main = findVersion(found, order.functionVersion);
  const invalid = (message: string) => refusal('Broken', { code: 'InvalidParameterValueException', message });
  if (weights.length > 1) throw invalid(`An alias holds two versions at most. Leave out all but one weight.`);
  for (const [version, weight] of weights) {
    if (!(weight >= 0 && weight <= 1)) throw invalid(`The weight ${weight} is not between 0 and 1.`);
    if (version === order.functionVersion) throw invalid(`Version ${version} cannot be weighted against itself.`);
    if (findVersion(found, version).roleArn !== main.roleArn) {
      throw invalid(
        `Versions ${version} and ${main.version} have different execution roles. Publish with the same one.`,
      );
    }
    if (alias.provisionedConcurrency > 0) {
      throw invalid('An alias with provisioned concurrency cannot be weighted. Remove the provisioned concurrency.');
    }
  }
}

function putProvisionedConcurrency(alias: Alias, count: number): void {
  if (count > 0 && Object.keys(alias.weights).length > 0) {
    const message = 'A weighted alias cannot have provisioned concurrency. Put it on one version first.';
    throw refusal('Broken', { code: 'InvalidParameterValueException', message });
  }
  alias.provisionedConcurrency = count;
}

function deleteVersion(found: LambdaFunction, version: string): void {
  findVersion(found, version);
  const holder = Object.entries(found.aliases).find(([, alias]) => holdsVersion(alias, version));
  if (holder) {
    const message = `Version ${version} of ${found.name} is held by alias ${holder[0]}. Move the alias first.`;
    throw refusal('Conflict', { code: 'ResourceConflictException', message });
  }
  delete found.versions[version];
}

export function holdsVersion({ functionVersion, weights }: Alias, version: string): boolean {
  return functionVersion === version || version in weights;
}

function findFunction(world: World, name: string): LambdaFunction {
  const found = world.functions[name];
  if (found) return found;
  throw refusal('NotFound', { code: 'ResourceNotFoundException', message: `There is no function ${name}. Create it.` });
}

function findVersion(found: LambdaFunction, version: string): FunctionVersion {
  const there = found.versions[version];
  if (there) return there;
  const message = `Function ${found.name} has no version ${version}. Publish it, or name one that exists.`;
  throw refusal('NotFound', { code: 'ResourceNotFoundException', message });
}

function findAlias(found: LambdaFunction, alias: string): Alias {
  const there = found.aliases[alias];
  if (there) return there;
  const message = `Function ${found.name} has no alias ${alias}. Create it on the version that is live.`;
  throw refusal('NotFound', { code: 'ResourceNotFoundException', message });
}

function refusal(name: 'NotFound' | 'Conflict' | 'Broken', { code, message }: { code: string; message: string }) {
  return new SlipwayError(name, message, { details: { code } });
}
