/**
 * One attempt of a task state. It waits for the delay of a retry and invokes the function. It ends with the function's
 * answer, with the token when it is a wait, or by the timeout. Errors have the form in which Step Functions sees those
 * of a Lambda function.
 */
import { isSlipwayError } from '../../domain/errors.ts';
import type { Random } from '../random.ts';
import { type Scheduler, sleep } from '../scheduler.ts';
import { REPEATED, type State, TIMEOUT_PARAMETER } from './asl.ts';
import { retries } from './retries.ts';

export interface AttemptPorts {
  /** The name of the execution, with which its tokens begin. */
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly runTask: (functionKey: string, payload: unknown) => Promise<unknown>;
  readonly runBuild: (build: BuildOrder) => Promise<unknown>;
  readonly runExecution: (execution: NestedOrder) => Promise<unknown>;
  /** Ends the open waits, by token. */
  readonly tokens: Map<string, () => void>;
}

/**
 * A build that a state starts and waits for. When the state ends first, by its timeout or with its execution, the build
 * ends too.
 */
export interface BuildOrder {
  readonly project: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly stopped: AbortSignal;
}

/** An execution of another machine that a state starts and waits for. Like a build, it ends with the state. */
export interface NestedOrder {
  readonly machineArn: string;
  readonly name: string;
  readonly input: unknown;
  readonly stopped: AbortSignal;
}

export interface Attempt {
  run(task: { readonly name: string; readonly state: State; readonly input: unknown }): Promise<never>;
  newToken(): string;
  stop(): void;
}

interface TaskInput {
  readonly FunctionName: string;
  readonly Payload: unknown;
  readonly ProjectName: string;
  readonly StateMachineArn: string;
  readonly Name: string;
  readonly Input: unknown;
  readonly EnvironmentVariablesOverride?: readonly { readonly Name: string; readonly Value: string }[];
  readonly [TIMEOUT_PARAMETER]?: number;
}

export function attempts({ name: stem, scheduler, random, tokens, ...runs }: AttemptPorts): Attempt {
  let token = '';
  let tokensMade = 0;
  const retried = retries(random);
  let waitMs = 0;
  let isStopped = false;
  const stopped = Promise.withResolvers<never>();
  // An execution can be stopped between two tasks, when no code awaits this promise.
  stopped.promise.catch(() => {});

  const invoke = async (state: State, { FunctionName, Payload }: TaskInput) => {
    const waits = state.Resource?.endsWith('.waitForTaskToken') ?? false;
    const answered = Promise.withResolvers<unknown>();
    // Registered before the function runs, because the function may answer its own token at once.
    if (waits) tokens.set(token, () => answered.resolve({}));
    const answer = runs.runTask(FunctionName, Payload).catch((error: unknown) => Promise.reject(asLambdaError(error)));
    if (!waits) return { Payload: await answer };
    // The function only registers the wait. Its answer does not end the state; its failure does.
    return Promise.race([answered.promise, answer.then(() => answered.promise)]);
  };

  return {
    newToken() {
      tokensMade += 1;
      token = `${stem}-token-${tokensMade}`;
      return token;
    },
    stop() {
      isStopped = true;
      stopped.reject(named('ExecutionStopped', { message: 'The execution was stopped.' }));
    },
    async run({ name, state, input }) {
      if (state.Type === 'Wait') {
        await Promise.race([waited(scheduler, input as TaskInput), stopped.promise]);
        return {} as never;
      }
      if (waitMs > 0) await Promise.race([sleep(scheduler, waitMs), stopped.promise]);
      const timeout = timeoutOf({ scheduler, state, input: input as TaskInput });
      const ended = new AbortController();
      try {
        const order = { state, input: input as TaskInput, ended: ended.signal };
        const running = besideFunctions(runs, order) ?? invoke(state, order.input);
        const result = await Promise.race([running, timeout.promise, stopped.promise]);
        retried.reset();
        waitMs = 0;
        return result as never;
      } catch (cause) {
        const failed = { state: name, definition: state, error: cause as Error };
        const delayMs = isStopped ? null : retried.delayMs(failed);
        if (delayMs === null) retried.reset();
        waitMs = delayMs ?? 0;
        throw delayMs === null ? cause : named(REPEATED, { message: failed.error.message, cause });
      } finally {
        timeout.cancel();
        ended.abort();
        tokens.delete(token);
      }
    },
  };
}

function waited(scheduler: Scheduler, { [TIMEOUT_PARAMETER]: seconds = 0 }: TaskInput): Promise<void> {
  return sleep(scheduler, seconds * 1_000);
}

/** Starts what a state waits for when it is not a function; returns null when it is a function. */
function besideFunctions(
  { runBuild, runExecution }: Pick<AttemptPorts, 'runBuild' | 'runExecution'>,
  { state, input, ended: stopped }: { state: State; input: TaskInput; ended: AbortSignal },
): Promise<unknown> | null {
  switch (state.Resource) {
    case START_BUILD: {
      const { ProjectName: project, EnvironmentVariablesOverride = [] } = input;
      const variables = Object.fromEntries(EnvironmentVariablesOverride.map(({ Name, Value }) => [Name, Value]));
      return runBuild({ project, variables, stopped });
    }
    case START_EXECUTION: {
      const { StateMachineArn: machineArn, Name: name, Input } = input;
      return runExecution({ machineArn, name, input: Input, stopped });
    }
    default:
      return null;
  }
}

const START_EXECUTION = 'arn:aws:states:::states:startExecution.sync:2';
const START_BUILD = 'arn:aws:states:::codebuild:startBuild.sync';
const DEFAULT_TIMEOUT_SECONDS = 99_999;

function timeoutOf({ scheduler, state, input }: { scheduler: Scheduler; state: State; input: TaskInput }) {
  const seconds = input[TIMEOUT_PARAMETER] ?? state.TimeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const { promise, reject } = Promise.withResolvers<never>();
  // Step Functions gives no cause for a timeout.
  const timedOut = () => reject(named('States.Timeout', { message: '' }));
  return { promise, cancel: scheduler.at(scheduler.now() + seconds * 1_000, timedOut) };
}

/** An error that is not Slipway's own is either the platform's, with a name already, or a bug, which is Broken. */
function asLambdaError(error: unknown): Error {
  if (!(error instanceof Error)) return named('Broken', { message: String(error) });
  // Lambda refused the call, or lost it. Lambda's exceptions are sentences and not the JSON of a function's error.
  if (error.name.startsWith('Lambda.')) return named(error.name, { message: error.message, cause: error });
  const isKnown = isSlipwayError(error) || /^(Runtime|Sandbox)\./.test(error.name);
  const errorType = isKnown ? error.name : 'Broken';
  return named(errorType, { message: JSON.stringify({ errorType, errorMessage: error.message }), cause: error });
}

/** An error in the form in which Step Functions sees it: by its name. */
export function named(name: string, { message, cause }: { message: string; cause?: unknown }): Error {
  return Object.assign(new Error(message, { cause }), { name });
}
