/**
 * Runs the shipped state machines in this process, behind the port Workflows. The interpreter does the order of states,
 * retries and catches. All time (timeouts, the spacing of retries, waits) is the scheduler's, so it may be virtual,
 * real or sped up.
 */
import { StateMachine } from 'aws-local-stepfunctions';
import { executionName } from '../../domain/deployment/deployment.ts';
import { executionEnd, INTERRUPTED } from '../../domain/deployment/execution-end.ts';
import type { Workflows } from '../../ports/workflows.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import { type MachineDefinition, type Machines, runnable } from './asl.ts';
import { type Attempt, type AttemptPorts, attempts, type NestedOrder } from './attempt.ts';
import type { Execution, ExecutionName, ExecutionStatus, Run, StatusChange } from './execution.ts';
import { nestedExecutions } from './nested.ts';

export interface RehearsalWorkflows extends Workflows {
  executions(): readonly Execution[];
  running(): readonly Execution[];
  isRunning(name: ExecutionName): boolean;
  /**
   * Starts an execution of any machine with any input, or joins the running one with the same name, and waits for its
   * end.
   */
  run(order: Omit<NestedOrder, 'stopped'> & { readonly stopped?: AbortSignal }): Promise<unknown>;
  /** Like StopExecution. The current task finishes its work, as a Lambda function would. */
  stop(name: ExecutionName): void;
  /** Drops all running executions without any report, like a process that ends. */
  close(): void;
}

export interface RunnerOptions {
  readonly machines: Machines;
  /** Invokes a function by its key in serverless.yml. */
  readonly runTask: AttemptPorts['runTask'];
  /** Runs a build of a CodeBuild project. */
  readonly runBuild: AttemptPorts['runBuild'];
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly onStatusChange?: (change: StatusChange) => void;
  /** Executions that an earlier process left running: they are reported as ABORTED, and never start again. */
  readonly interrupted?: readonly ExecutionName[];
}

export function rehearsalWorkflows(options: RunnerOptions): RehearsalWorkflows {
  const { machines, scheduler, interrupted = [] } = options;
  const runs = new Map<string, Run>();
  const tokens = new Map<string, () => void>();
  const nested = nestedExecutions({
    find: (name) => runs.get(keyOf(name)),
    start: (name, input) => startOnce(name, input),
    stop: (run) => end(run, { status: 'ABORTED', options }),
  });
  const begin = beginner({ ...options, tokens, runExecution: nested });
  const add = (name: ExecutionName, input: unknown = { deploymentId: name.deploymentId }) => {
    const run = newRun(name, { input, startedAt: scheduler.now() });
    runs.set(keyOf(name), run);
    return run;
  };
  const startOnce = (name: ExecutionName, input?: unknown): Run => {
    const known = runs.get(keyOf(name));
    if (known !== undefined) return known;
    const run = add(name, input);
    scheduler.at(scheduler.now(), () => begin(run, machines[name.machine]));
    return run;
  };
  for (const name of interrupted) {
    const run = add(name);
    scheduler.at(scheduler.now(), () => end(run, { status: 'ABORTED', failure: WITH_ITS_PROCESS, options }));
  }
  return {
    async start(machine, deploymentId) {
      startOnce({ machine, deploymentId });
    },
    async startAgain(machine, execution) {
      startOnce({ machine, ...execution });
    },
    run: (order) => nested({ stopped: new AbortController().signal, ...order }),
    async answer(token) {
      const wake = tokens.get(token);
      wake?.();
      return wake !== undefined;
    },
    async status(machine, deploymentId) {
      const run = runs.get(keyOf({ machine, deploymentId }));
      return run === undefined ? 'missing' : (executionEnd(run.status, run.error) ?? 'running');
    },
    executions: () => [...runs.values()],
    isRunning: (name) => runs.get(keyOf(name))?.endedAt === null,
    running: () => [...runs.values()].filter(({ endedAt }) => endedAt === null),
    stop(name) {
      const run = runs.get(keyOf(name));
      if (run?.endedAt !== null) return;
      end(run, { status: 'ABORTED', options });
    },
    close() {
      for (const run of runs.values()) {
        if (run.endedAt !== null) continue;
        run.endedAt = scheduler.now();
        run.stop();
      }
    },
  };
}

function newRun(name: ExecutionName, begun: Pick<Run, 'input' | 'startedAt'>): Run {
  const ended = Promise.withResolvers<StatusChange>();
  return { ...name, ...begun, ended, status: 'RUNNING', error: null, endedAt: null, states: [], stop: () => {} };
}

function keyOf(name: ExecutionName): string {
  return `${name.machine}/${executionName(name)}`;
}

interface End {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly failure?: Failure;
  readonly options: RunnerOptions;
}

type Failure = Pick<StatusChange, 'error' | 'cause'>;

function end(run: Run, { status, failure = NO_FAILURE, options }: End): void {
  if (run.endedAt !== null) return;
  run.status = status;
  run.error = failure.error;
  run.endedAt = options.scheduler.now();
  run.stop();
  const change = changeOf(run, failure);
  run.ended.resolve(change);
  options.onStatusChange?.(change);
}

const WITH_ITS_PROCESS: Failure = { error: INTERRUPTED, cause: null };
const NO_FAILURE: Failure = { error: null, cause: null };

function changeOf({ machine, deploymentId, again, status, startedAt, endedAt, states }: Run, failure: Failure) {
  return { machine, deploymentId, again, status, startedAt, endedAt, states, ...failure };
}

/** The interpreters are made once: their behaviour depends only on the definition. */
function beginner(options: RunnerOptions & Pick<AttemptPorts, 'tokens' | 'runExecution'>) {
  const { random } = options;
  const interpreters = new Map<MachineDefinition, StateMachine>();
  const interpreterOf = (definition: MachineDefinition): StateMachine => {
    const known = interpreters.get(definition);
    if (known) return known;
    const made = new StateMachine(runnable(definition), { validationOptions: { noValidate: true } });
    interpreters.set(definition, made);
    return made;
  };
  return (run: Run, definition: MachineDefinition): void => {
    // The execution was stopped before it began.
    if (run.endedAt !== null) return;
    const name = executionName(run);
    const attempt = attempts({ ...options, name, random: random.fork(keyOf(run)) });
    const execution = interpreterOf(definition).run(
      run.input as never,
      interpreterOptions({ definition, attempt, name }),
    );
    const cancelTimeout = timeOut({ run, definition, options });
    run.stop = () => {
      cancelTimeout();
      attempt.stop();
      execution.abort();
    };
    options.onStatusChange?.(changeOf(run, NO_FAILURE));
    void recordStates(run, execution.eventLogs);
    // An execution that ends by itself needs no stop.
    const ended = () => {
      cancelTimeout();
      run.stop = () => {};
    };
    execution.result.finally(ended).then(
      () => end(run, { status: 'SUCCEEDED', options }),
      (failure: Error) => end(run, { status: 'FAILED', failure: failureOf(failure), options }),
    );
  };
}

function timeOut({ run, definition, options }: { run: Run; definition: MachineDefinition; options: RunnerOptions }) {
  const { scheduler } = options;
  if (definition.TimeoutSeconds === undefined) return () => {};
  return scheduler.at(scheduler.now() + definition.TimeoutSeconds * 1_000, () =>
    end(run, { status: 'TIMED_OUT', options }),
  );
}

function failureOf({ cause }: Error): Failure {
  return cause instanceof Error
    ? { error: cause.name, cause: cause.message }
    : { error: 'States.Runtime', cause: null };
}

async function recordStates(run: Run, events: ReturnType<StateMachine['run']>['eventLogs']): Promise<void> {
  for await (const event of events) if (event.type === 'StateEntered') run.states.push(event.state.name);
}

interface Interpreted {
  readonly definition: MachineDefinition;
  readonly attempt: Attempt;
  readonly name: string;
}

/**
 * The runner runs every task state. The interpreter retries at once, because the runner waits, and every attempt gets a
 * new token.
 */
function interpreterOptions({ definition, attempt, name: Name }: Interpreted) {
  const tasks = Object.entries(definition.States).filter(([, { Type: kind }]) => kind === 'Task' || kind === 'Wait');
  const handlers = tasks.map(([name, state]) => [name, (input: unknown) => attempt.run({ name, state, input })]);
  const context = {
    Execution: { Name },
    Task: {
      get Token() {
        return attempt.newToken();
      },
    },
  };
  return {
    context,
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(handlers),
      retryIntervalOverrides: Object.fromEntries(tasks.map(([name]) => [name, 0])),
    },
  };
}
