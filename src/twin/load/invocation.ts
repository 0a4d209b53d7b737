/**
 * Lambda's data plane: one call to a function, through an alias at its current weights, or to a version itself. Each
 * call draws its version by the weights: as in AWS there is no affinity. Every call is measured.
 */

import { isErrorForCaller } from '../../domain/alarms/server-errors.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { LATEST } from '../../domain/lambda/version-fact.ts';
import type { FailedCall } from '../handlers/first-errors.ts';
import type { Runner, RunResult } from '../handlers/worker-pool.ts';
import { sharesOf } from '../lambda/traffic.ts';
import type { Batch, Measurements } from '../measures/measurements.ts';
import type { Random } from '../random.ts';
import { type Scheduler, sleep } from '../scheduler.ts';
import { takesCalls, versionIn } from '../world/version-state.ts';
import type { Behaviour, FunctionVersion, LambdaFunction, World } from '../world/world.ts';
import { drawCall } from './modelled-calls.ts';

export interface InvokeOrder {
  readonly functionName: string;
  /** An alias or a version; when left out, the code that was uploaded last. */
  readonly qualifier?: string | undefined;
  readonly event: unknown;
}
export type InvokeAnswer = RunResult & { readonly executedVersion: string };

export interface DataPlane {
  /** Throws NotFound when the function, the alias or the version does not exist. */
  invoke(order: InvokeOrder): Promise<InvokeAnswer>;
  /** Ends the instances of a function. Its versions may have other code from now on. */
  forget(functionName: string): Promise<void>;
  close(): Promise<void>;
}

export interface DataPlaneOrder {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly world: World;
  readonly measured: Measurements;
  /** Makes the runner for the code of a version that is a file. */
  readonly handlerRunner: (functionName: string, version: FunctionVersion) => Runner;
  /** Gets each call of a real handler that counts as an error. */
  readonly onError?: ((failed: FailedCall) => void) | undefined;
}

export function lambdaDataPlane({
  scheduler,
  random,
  world,
  measured,
  handlerRunner,
  onError,
}: DataPlaneOrder): DataPlane {
  const runners = runnersOf(handlerRunner);
  const running = new Map<string, number>();
  const run = async (found: LambdaFunction, { version, event, qualifier }: Run): Promise<RunResult> => {
    const inProgress = running.get(found.name) ?? 0;
    if (inProgress >= found.concurrency) return { outcome: 'throttled' } as const;
    running.set(found.name, inProgress + 1);
    try {
      if (version.code.kind === 'handler') return await runners.take(found.name, version).run(event, qualifier);
      const { timeoutMs, code } = version;
      return await runModelled({ scheduler, random, behaviour: code.behaviour, timeoutMs });
    } finally {
      running.set(found.name, (running.get(found.name) ?? 1) - 1);
    }
  };
  return {
    async invoke({ functionName, qualifier, event }) {
      const at = scheduler.now();
      const { found, alias, version } = resolveQualifier(world, { functionName, qualifier, random });
      if (!takesCalls(version, at)) return { ...notReady(version.version), executedVersion: version.version };
      const result = await run(found, { version, event, qualifier });
      const batch = batchOf(result, { functionName, alias, version: version.version, at, event });
      measured.record(batch);
      // `batchOf` decides which result counts as an error.
      const runner = batch.firstBadAt !== null ? runners.of(functionName, version.version) : undefined;
      if (runner) onError?.({ functionName, version: version.version, result, printed: runner.printed });
      return { ...result, executedVersion: version.version };
    },
    forget: runners.forget,
    close: runners.close,
  };
}

/** The runners of real handlers: one for each version of a function. */
function runnersOf(make: DataPlaneOrder['handlerRunner']) {
  const runners = new Map<string, Runner>();
  /** The time at which the unpublished code of the function's runner was uploaded. */
  const uploadedAt = new Map<string, number>();
  const replaced: Runner[] = [];
  return {
    of: (functionName: string, version: string) => runners.get(`${functionName}:${version}`),
    take(functionName: string, version: FunctionVersion): Runner {
      const key = `${functionName}:${version.version}`;
      const known = runners.get(key);
      // The unpublished code changes under one name.
      const isChanged = version.version === LATEST && uploadedAt.get(functionName) !== version.publishedAt;
      if (known && !isChanged) return known;
      if (version.version === LATEST) uploadedAt.set(functionName, version.publishedAt);
      // The old runner finishes the calls that it has begun, with its own code.
      if (known) replaced.push(known);
      const runner = make(functionName, version);
      runners.set(key, runner);
      return runner;
    },
    async forget(functionName: string): Promise<void> {
      const keys = [...runners.keys()].filter((key) => key.startsWith(`${functionName}:`));
      const gone = keys.map((key) => runners.get(key));
      for (const key of keys) runners.delete(key);
      await Promise.all(gone.map((runner) => runner?.close()));
    },
    async close(): Promise<void> {
      await Promise.all([...runners.values(), ...replaced.splice(0)].map((runner) => runner.close()));
      runners.clear();
    },
  };
}

interface Run {
  readonly version: FunctionVersion;
  readonly event: unknown;
  readonly qualifier: string | undefined;
}

/** Lambda refuses the call itself, so the function's metrics do not include it. */
function notReady(version: string): RunResult {
  const message = `Version ${version} is not Active, and Lambda does not invoke it.`;
  return { outcome: 'failed', errorType: 'ResourceConflictException', message, ms: 0 };
}

function resolveQualifier(
  world: World,
  { functionName, qualifier, random }: { functionName: string; qualifier: string | undefined; random: Random },
): { found: LambdaFunction; alias: string | null; version: FunctionVersion } {
  const found = world.functions[functionName];
  if (!found) throw new SlipwayError('NotFound', `There is no function ${functionName} to invoke. Create it.`);
  const asked = qualifier ?? LATEST;
  const alias = found.aliases[asked];
  const name = alias ? pickByShare(random, sharesOf(alias)) : asked;
  const version = versionIn(found, name);
  if (version) return { found, alias: alias ? asked : null, version };
  const fact = `Function ${functionName} has no alias and no version ${name}.`;
  throw new SlipwayError('NotFound', `${fact} Publish it, or invoke one that is there.`);
}

function pickByShare(random: Random, shares: ReadonlyMap<string, number>): string {
  let left = random.uniform() * 100;
  let picked = '';
  for (const [version, percent] of shares) {
    picked = version;
    left -= percent;
    if (left < 0) break;
  }
  return picked;
}

async function runModelled({
  scheduler,
  random,
  behaviour,
  timeoutMs,
}: {
  scheduler: Scheduler;
  random: Random;
  behaviour: Behaviour;
  timeoutMs: number;
}): Promise<RunResult> {
  const { ms, fails, isServerError } = drawCall(random, behaviour);
  await sleep(scheduler, Math.min(ms, timeoutMs));
  if (ms > timeoutMs) {
    const message = `Task timed out after ${(timeoutMs / 1_000).toFixed(2)} seconds`;
    return { outcome: 'failed', errorType: 'Sandbox.Timedout', message, ms: timeoutMs };
  }
  if (fails) return { outcome: 'failed', errorType: 'Error', message: 'modelled failure', ms };
  if (isServerError) return { outcome: 'answered', payload: { statusCode: 500 }, ms };
  return { outcome: 'answered', payload: behaviour.answer ?? null, ms };
}

interface Called extends Pick<Batch, 'functionName' | 'alias' | 'version' | 'at'> {
  readonly event: unknown;
}

function batchOf(result: RunResult, { event, ...key }: Called): Batch {
  const ran = result.outcome !== 'throttled';
  const isServerError = result.outcome === 'answered' && isErrorForCaller({ event, answer: result.payload });
  const endsBad = result.outcome === 'failed' || isServerError;
  return {
    ...key,
    requests: ran ? 1 : 0,
    errors: result.outcome === 'failed' ? 1 : 0,
    serverErrors: isServerError ? 1 : 0,
    throttles: ran ? 0 : 1,
    rawMs: ran ? [result.ms] : [],
    groups: [],
    firstBadAt: endsBad ? key.at + Math.round(result.ms) : ran ? null : key.at,
  };
}
