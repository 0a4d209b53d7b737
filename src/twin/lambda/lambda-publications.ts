/**
 * How versions are published: from new code, or from `$LATEST`. Also how the person who sets the scene replaces a
 * version.
 */
import { LATEST } from '../../domain/lambda/version-fact.ts';
import type { Scheduler } from '../scheduler.ts';
import { findFunction, findVersion, invalid } from '../world/function-parts.ts';
import { codeSha256Of, isSameVersion } from '../world/version-facts.ts';
import type { Code, FunctionVersion, LambdaFunction, Readiness, World } from '../world/world.ts';

export interface PublishOrder {
  readonly functionName: string;
  readonly code: Code;
  readonly description?: string;
  readonly roleArn?: string;
}

export interface PublishLatestOrder extends Pick<PublishOrder, 'functionName' | 'description'> {
  /** The publish is refused when the code of `$LATEST` has another hash. When left out, there is no such check. */
  readonly codeSha256?: string | undefined;
}

interface Changing {
  readonly world: World;
  readonly scheduler: Scheduler;
  readonly changed: <T>(change: () => T) => T;
}

export function publications({ world, scheduler, changed }: Changing) {
  return {
    publishVersion: (order: PublishOrder) => changed(() => publishVersion(world, { ...order, at: scheduler.now() })),
    /** AWS cannot do this: the person who sets the scene replaces a version after which nothing was deployed. */
    replaceVersion: (functionName: string, { version, code }: { version: string; code: Code }) =>
      changed(() => replaceVersion(findFunction(world, functionName), { version, code, at: scheduler.now() })),
    /** As in AWS: publishes what `$LATEST` is now, or returns the last published version when it is the same. */
    publishLatest: (order: PublishLatestOrder) =>
      changed(() => publishLatest(world, { ...order, at: scheduler.now() })),
  };
}

export function updateCode(found: LambdaFunction, { code, at }: { code: Code; at: number }): FunctionVersion {
  const codeSha256 = codeSha256Of(code);
  found.latest = { version: LATEST, code, codeSha256, description: '', publishedAt: at, ...settingsOf(found) };
  return found.latest;
}

export function settingsOf({ roleArn, deadLetterArn, timeoutMs, environment }: Settings): Settings {
  return { roleArn, deadLetterArn, timeoutMs, environment: { ...environment } };
}
type Settings = Pick<FunctionVersion, 'roleArn' | 'deadLetterArn' | 'timeoutMs' | 'environment'>;

function publishVersion(world: World, { functionName, code, description, roleArn, at }: PublishOrder & { at: number }) {
  const found = findFunction(world, functionName);
  const latest = updateCode(found, { code, at });
  return publishAs(found, { latest, at, description: description ?? '', roleArn: roleArn ?? found.roleArn });
}

function publishLatest(
  world: World,
  { functionName, codeSha256, description, at }: PublishLatestOrder & { readonly at: number },
): FunctionVersion {
  const found = findFunction(world, functionName);
  const latest = findVersion(found, LATEST);
  if (codeSha256 !== undefined && codeSha256 !== latest.codeSha256) {
    const fact = `CodeSHA256 (${codeSha256}) is different from current CodeSHA256 in $LATEST (${latest.codeSha256}).`;
    throw invalid(`${fact} Read it again.`);
  }
  const last = found.versions[String(found.lastVersion)];
  if (last !== undefined && isSameVersion(last, latest)) return last;
  return publishAs(found, { latest, at, description: description ?? '', roleArn: latest.roleArn });
}

interface Publication extends Pick<FunctionVersion, 'description' | 'roleArn'> {
  readonly latest: FunctionVersion;
  readonly at: number;
}

function publishAs(found: LambdaFunction, { latest, at, ...settings }: Publication): FunctionVersion {
  found.lastVersion += 1;
  const version: FunctionVersion = {
    ...latest,
    ...settings,
    version: String(found.lastVersion),
    publishedAt: at,
    readiness: readinessOf(found, at),
  };
  found.versions[version.version] = version;
  return version;
}

function replaceVersion(found: LambdaFunction, { version, ...put }: { version: string; code: Code; at: number }): void {
  const { description } = findVersion(found, version);
  found.versions[version] = { ...updateCode(found, put), version, description };
}

function readinessOf({ preparation }: LambdaFunction, at: number): Readiness | undefined {
  if (preparation === undefined) return undefined;
  const { takesMs, becomes, reason } = preparation;
  return { pendingUntil: at + takesMs, becomes, reason };
}
