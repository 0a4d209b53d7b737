import { SlipwayError } from '../../src/domain/errors.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';
import { loadMachines, type Retrier, type State } from '../../src/twin/workflow/asl.ts';
import type { StatusChange } from '../../src/twin/workflow/execution.ts';
import { type RehearsalWorkflows, type RunnerOptions, rehearsalWorkflows } from '../../src/twin/workflow/runner.ts';

const machines = loadMachines();
const MINUTE = 60_000;
const NEXT = { bake: { deploymentId: 'dep-1', next: { do: 'bake', forSeconds: 300 } } };
const SETTLED = { deploymentId: 'dep-1', outcome: 'promoted' };

let open: RehearsalWorkflows | undefined;
afterEach(() => open?.close());

/**
 * The shipped machine rollout with tasks that answer at once. A task that is not named leads directly to the promotion.
 */
function aRunner({
  tasks = {},
  ...options
}: Partial<RunnerOptions> & { tasks?: Record<string, (payload: never) => unknown> } = {}) {
  const scheduler = virtualScheduler({ startAt: 0 });
  const calls: { readonly key: string; readonly at: number }[] = [];
  const changes: StatusChange[] = [];
  const promote = { deploymentId: 'dep-1', next: { do: 'promote' } };
  const workflows = rehearsalWorkflows({
    machines,
    scheduler,
    random: seededRandom(1),
    onStatusChange: (change) => changes.push(change),
    runBuild: async () => {
      throw new Error('No path of a runner test goes to a cluster.');
    },
    async runTask(key, payload) {
      calls.push({ key, at: scheduler.now() });
      return tasks[key]?.(payload as never) ?? (key === 'settleDeployment' ? SETTLED : promote);
    },
    ...options,
  });
  open = workflows;
  const callsOf = (wanted: string) => calls.filter(({ key }) => key === wanted).map(({ at }) => at);
  return { scheduler, workflows, changes, callsOf };
}

const transient = () => {
  throw new SlipwayError('Transient', 'Later.');
};

test('a second start under one name is the first execution', async () => {
  const { scheduler, workflows, callsOf } = aRunner();
  await workflows.start('rollout', 'dep-1');
  await workflows.start('rollout', 'dep-1');
  await scheduler.advanceTo(MINUTE);
  expect(workflows.executions()).toHaveLength(1);
  expect(callsOf('planRollout')).toHaveLength(1);
  expect(await workflows.status('rollout', 'dep-1')).toBe('succeeded');
  expect(await workflows.status('rollback', 'dep-1')).toBe('missing');
});

test('a Transient error is tried again for some minutes, with growing waits, and then caught', async () => {
  const { scheduler, workflows, callsOf } = aRunner({ tasks: { planRollout: transient } });
  await workflows.start('rollout', 'dep-1');
  await scheduler.advanceTo(10 * MINUTE);
  const tries = callsOf('planRollout');
  expect(tries).toHaveLength(21);
  expect((tries.at(-1) ?? 0) - (tries[0] ?? 0)).toBeGreaterThan(2 * MINUTE);
  for (const [index, at] of tries.slice(1).entries()) {
    const delayMs = at - (tries[index] ?? 0);
    expect(delayMs).toBeGreaterThanOrEqual(0);
    expect(delayMs).toBeLessThanOrEqual(Math.min(2 ** index, 30) * 1_000);
  }
  expect(callsOf('rollBack')).toHaveLength(1);
});

test('an error that no Retry names is caught at once', async () => {
  const conflict = () => {
    throw new SlipwayError('Conflict', 'Somebody else.');
  };
  const { scheduler, workflows, callsOf } = aRunner({ tasks: { planRollout: conflict } });
  await workflows.start('rollout', 'dep-1');
  await scheduler.advanceTo(MINUTE);
  expect(callsOf('planRollout')).toHaveLength(1);
  expect(callsOf('rollBack')).toHaveLength(1);
});

test('a task that does not answer times out by its own limit, is repeated twice, and then caught', async () => {
  const { scheduler, workflows, callsOf } = aRunner({ tasks: { planRollout: () => new Promise(() => {}) } });
  await workflows.start('rollout', 'dep-1');
  await scheduler.advanceTo(59_999);
  expect(callsOf('planRollout')).toHaveLength(1);
  await scheduler.advanceTo(62_000);
  expect(callsOf('planRollout')).toHaveLength(2);
  await scheduler.advanceTo(4 * MINUTE);
  expect(callsOf('planRollout')).toHaveLength(3);
  expect(callsOf('rollBack')).toHaveLength(1);
});

const withRetry = (Retry: readonly Retrier[]) => {
  const { PlanRollout, ...others } = machines.rollout.States;
  const rollout = { ...machines.rollout, States: { ...others, PlanRollout: { ...(PlanRollout as State), Retry } } };
  return { machines: { ...machines, rollout } };
};
const fails = (names: readonly string[]) => {
  let calls = 0;
  return () => {
    const name = names[calls % names.length] ?? '';
    calls += 1;
    throw Object.assign(new Error('It failed.'), { name });
  };
};

test('each retrier counts its own attempts, and the first retrier without attempts left ends the task', async () => {
  const Retry = [
    { ErrorEquals: ['Sandbox.Timedout'], MaxAttempts: 2, IntervalSeconds: 1 },
    { ErrorEquals: ['States.TaskFailed'], MaxAttempts: 3, IntervalSeconds: 10 },
  ];
  const planRollout = fails(['Sandbox.Timedout', 'Runtime.ExitError']);
  const { scheduler, workflows, callsOf } = aRunner({ ...withRetry(Retry), tasks: { planRollout } });
  await workflows.start('rollout', 'dep-1');
  await scheduler.advanceTo(5 * MINUTE);
  // Without jitter, each retrier's interval doubles with its own attempts: 1 s, 10 s, 2 s, 20 s. The third failure of
  // one kind then ends the task.
  expect(callsOf('planRollout')).toEqual([0, 1_000, 11_000, 13_000, 33_000]);
  expect(callsOf('rollBack')).toHaveLength(1);
});

test('a retrier without numbers waits 1, 2 and 4 seconds and then gives up', async () => {
  const planRollout = fails(['Runtime.OutOfMemory']);
  const order = withRetry([{ ErrorEquals: ['Runtime.OutOfMemory'] }]);
  const { scheduler, workflows, callsOf } = aRunner({ ...order, tasks: { planRollout } });
  await workflows.start('rollout', 'dep-1');
  await scheduler.advanceTo(MINUTE);
  expect(callsOf('planRollout')).toEqual([0, 1_000, 3_000, 7_000]);
});

test('a state that timed out is no failed task', async () => {
  const order = withRetry([{ ErrorEquals: ['States.TaskFailed'] }]);
  const planRollout = () => new Promise(() => {});
  const { scheduler, workflows, callsOf } = aRunner({ ...order, tasks: { planRollout } });
  await workflows.start('rollout', 'dep-1');
  await scheduler.advanceTo(5 * MINUTE);
  expect(callsOf('planRollout')).toHaveLength(1);
  expect(callsOf('rollBack')).toHaveLength(1);
});

test('a state that is entered again has all of its attempts again', async () => {
  let calls = 0;
  const judgeCanary = () => {
    calls += 1;
    if (calls % 5 === 0) return NEXT.bake;
    return transient();
  };
  const { scheduler, workflows, callsOf } = aRunner({ tasks: { beforeTraffic: () => NEXT.bake, judgeCanary } });
  await workflows.start('rollout', 'dep-1');
  await scheduler.advanceTo(20 * MINUTE);
  expect(callsOf('judgeCanary').length).toBeGreaterThan(10);
  expect(callsOf('rollBack')).toEqual([]);
});

test('an answer ends a wait, even before its function has returned, and a later answer is no error', async () => {
  const tokens: string[] = [];
  const { scheduler, workflows, callsOf } = aRunner({
    tasks: {
      beforeTraffic: () => NEXT.bake,
      async registerWait({ token }: { token: string }) {
        tokens.push(token);
        await workflows.answer(token);
        return {};
      },
    },
  });
  await workflows.start('rollout', 'dep-1');
  await scheduler.advanceTo(1);
  expect(callsOf('judgeCanary')).toEqual([0]);
  await workflows.answer(tokens[0] ?? '');
  await scheduler.advanceTo(MINUTE);
  expect(callsOf('judgeCanary')).toHaveLength(1);
});

test('a wait that nobody answers lasts as long as the state says, and every wait has a token of its own', async () => {
  const tokens = new Set<string>();
  let bakes = 0;
  const { scheduler, workflows, callsOf } = aRunner({
    tasks: {
      beforeTraffic: () => NEXT.bake,
      judgeCanary: () => (++bakes < 3 ? NEXT.bake : undefined),
      registerWait: ({ token }: { token: string }) => {
        tokens.add(token);
        return {};
      },
    },
  });
  await workflows.start('rollout', 'dep-1');
  await scheduler.advanceTo(20 * MINUTE);
  expect(callsOf('judgeCanary')).toEqual([300_000, 600_000, 900_000]);
  expect(tokens.size).toBe(3);
});

test('an execution that is stopped goes no further and is reported as aborted', async () => {
  const { scheduler, workflows, changes, callsOf } = aRunner({ tasks: { beforeTraffic: () => NEXT.bake } });
  await workflows.start('rollout', 'dep-1');
  await scheduler.advanceTo(MINUTE);
  workflows.stop({ machine: 'rollout', deploymentId: 'dep-1' });
  await scheduler.advanceTo(10 * MINUTE);
  expect(callsOf('judgeCanary')).toEqual([]);
  expect(changes.map(({ status }) => status)).toEqual(['RUNNING', 'ABORTED']);
});

test('an execution of an earlier process is reported as aborted and not started again', async () => {
  const interrupted = [{ machine: 'rollout', deploymentId: 'dep-1' }] as const;
  const { scheduler, workflows, changes, callsOf } = aRunner({ interrupted });
  await scheduler.advanceTo(1);
  await workflows.start('rollout', 'dep-1');
  await scheduler.advanceTo(MINUTE);
  expect(changes.map(({ status }) => status)).toEqual(['ABORTED']);
  expect(callsOf('planRollout')).toEqual([]);
});

test('a machine with a limit of its own times out as a whole', async () => {
  const limited = { ...machines, rollout: { ...machines.rollout, TimeoutSeconds: 120 } };
  const { scheduler, workflows, changes } = aRunner({ machines: limited, tasks: { beforeTraffic: () => NEXT.bake } });
  await workflows.start('rollout', 'dep-1');
  await scheduler.advanceTo(3 * MINUTE);
  expect(changes.at(-1)).toMatchObject({ status: 'TIMED_OUT', endedAt: 120_000 });
});

test('an execution that fails says with which error', async () => {
  const settle = () => ({ deploymentId: 'dep-1', outcome: 'superseded' });
  const { scheduler, workflows, changes } = aRunner({ tasks: { settleDeployment: settle } });
  await workflows.start('rollout', 'dep-1');
  await scheduler.advanceTo(MINUTE);
  expect(changes.at(-1)).toMatchObject({ status: 'FAILED', error: 'Superseded' });
});
