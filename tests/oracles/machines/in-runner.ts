/** Runs one path in the twin's own runner, in virtual time. */
import { SlipwayError } from '../../../src/domain/errors.ts';
import { seededRandom } from '../../../src/twin/random.ts';
import { virtualScheduler } from '../../../src/twin/scheduler.ts';
import type { MachineDefinition, Machines } from '../../../src/twin/workflow/asl.ts';
import { named } from '../../../src/twin/workflow/attempt.ts';
import type { StatusChange } from '../../../src/twin/workflow/execution.ts';
import { rehearsalWorkflows } from '../../../src/twin/workflow/runner.ts';
import type { Attempt, NamedMachine, Path } from './machine-paths.ts';
import { OWN } from './real-errors.ts';
import { type Trace, withoutToken } from './trace.ts';

export async function inRunner(machines: readonly NamedMachine[], path: Path): Promise<Trace> {
  const scheduler = virtualScheduler({ startAt: 0 });
  const tasks: Trace['tasks'][number][] = [];
  const next = lines(path);
  let ended: StatusChange | undefined;
  const take = (state: string, given: unknown): Attempt => {
    tasks.push({ state, given: withoutToken(given) });
    return next(state);
  };
  const workflows = rehearsalWorkflows({
    machines: { ...byName(machines), ...(path.machine === 'delivery' ? { rollout: NESTED } : {}) },
    scheduler,
    random: seededRandom(path.claim),
    onStatusChange(change) {
      if (change.machine === path.machine && change.status !== 'RUNNING') ended = change;
    },
    async runTask(state, payload) {
      const attempt = take(state, payload);
      const isWait = typeof payload === 'object' && payload !== null && 'token' in payload;
      if ('timesOut' in attempt) return isWait ? {} : NEVER;
      if ('fails' in attempt) throw errorOf(attempt.fails);
      if (isWait) await workflows.answer(String(payload.token));
      return (attempt.answer as { Payload?: unknown }).Payload ?? {};
    },
    async runBuild({ project, variables, stopped }) {
      const attempt = take(project, variables);
      if ('timesOut' in attempt) return until(stopped);
      if ('fails' in attempt) throw named(attempt.fails.error, { message: attempt.fails.cause });
      return attempt.answer;
    },
  });
  const { machine, name, input } = path;
  const result = workflows.run({ machineArn: `slipway-dev-${machine}`, name, input });
  result.catch(() => {});
  for (let timers = 0; ended === undefined && timers < TIMERS_MAX; timers += 1) if (!(await scheduler.runNext())) break;
  workflows.close();
  if (ended === undefined) throw new Error(`${path.claim}: the execution has no end.`);
  const { states, status, error, cause } = ended;
  return { states, tasks, status, error, cause };
}

const NEVER = new Promise<never>(() => {});
const ATTEMPTS_MAX = 400;
const TIMERS_MAX = 10_000;

/** Returns how each attempt of each state ends. */
function lines({ claim, script, otherwise }: Path): (state: string) => Attempt {
  const left = new Map(Object.entries(script).map(([state, attempts]) => [state, [...attempts]]));
  let attempts = 0;
  return (state) => {
    attempts += 1;
    const attempt = left.get(state)?.shift() ?? otherwise[state];
    if (attempt === undefined || attempts > ATTEMPTS_MAX) throw new Error(`${claim}: ${state} has no attempt left.`);
    return attempt;
  };
}

function byName(machines: readonly NamedMachine[]): Machines {
  return Object.fromEntries(machines.map(({ machine, definition }) => [machine, definition])) as Machines;
}

/** Step Functions gets the error of a function as JSON, which the runner makes. Here it is an error that was thrown. */
function errorOf({ error, cause }: { readonly error: string; readonly cause: string }): Error {
  const message = cause.startsWith('{') ? String(JSON.parse(cause).errorMessage) : cause;
  const own = OWN.find((name) => name === error);
  return own === undefined ? named(error, { message }) : new SlipwayError(own, message);
}

function until(stopped: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => stopped.addEventListener('abort', resolve));
}

/** Replaces the rollout that the delivery starts. It has one task, which ends as the script says for RunRollout. */
const NESTED: MachineDefinition = {
  StartAt: 'RunRollout',
  States: {
    RunRollout: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'RunRollout', 'Payload.$': '$' },
      TimeoutSeconds: 1_000_000,
      End: true,
    } as MachineDefinition['States'][string],
  },
};
