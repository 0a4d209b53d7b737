import { SlipwayError } from '../../src/domain/errors.ts';
import { STARTS_AT } from '../../src/simulation/scenario.ts';
import { DEATHS, INVOCATION_ERRORS, type InvocationFault } from '../../src/twin/cloud/lambda-failures.ts';
import { aStage, closeStages, MINUTE, SECOND, type Stage } from './a-stage.ts';

afterEach(closeStages);

/** Errors with which a task's function fails although it has no fault. */
const PASSING = [
  ...DEATHS,
  ...INVOCATION_ERRORS,
  ...['Lambda.Unknown', 'Lambda.CodeArtifactUserPendingException', 'Lambda.ResourceNotReadyException'],
  'Sandbox.Failure',
];
/** The name of a bug. Lambda uses the name of the error when the wrapper did not catch it. */
const BUG = 'TypeError';
const REVISION = 'a'.repeat(40);

const failing = (functionKey: string, name: string, when: InvocationFault['when'] = 'before') => ({
  invocations: [{ functionKey, name, when, nth: 1 }],
});
const timesIn = (stage: Stage, id: string, state: string) => stage.states(id).filter((one) => one === state).length;

describe('forward tasks', () => {
  const hook = { function: 'check' };
  const hooks = { beforeTraffic: [hook], afterTraffic: [hook] };
  const tasks = [
    ...['planRollout', 'publishVersion', 'beforeTraffic', 'shiftTraffic', 'registerWait', 'judgeCanary', 'promote'],
    ...['afterTraffic', 'settleDeployment'],
  ];

  test.each(PASSING)('a %s in JudgeCanary does not roll a good version back', async (name) => {
    const stage = await aStage(failing('judgeCanary', name));
    const id = await stage.deploy();
    await stage.pass(8 * MINUTE);
    expect(stage.status(id)).toBe('promoted');
    expect(stage.states(id)).not.toContain('RollBack');
  });

  test.each(
    tasks.flatMap((task) => [...DEATHS, 'Lambda.ClientExecutionTimeoutException'].map((name) => [name, task] as const)),
  )('a %s after the work of %s is done leads to one promotion, recorded once', async (name, task) => {
    const stage = await aStage({ spec: { hooks }, ...failing(task, name, 'after') });
    const id = await stage.deploy();
    await stage.pass(15 * MINUTE);
    expect(stage.status(id)).toBe('promoted');
    expect(stage.states(id)).not.toContain('RollBack');
    expect(stage.kinds(id).filter((kind) => kind === 'Promoted')).toHaveLength(1);
  });

  test.each(['judgeCanary', 'registerWait', 'shiftTraffic', 'promote'])(
    'an account without free concurrency for twelve attempts of %s rolls no good version back',
    async (functionKey) => {
      const name = 'Lambda.TooManyRequestsException';
      const invocations = Array.from({ length: 12 }, (_none, index) => ({
        functionKey,
        name,
        when: 'before' as const,
        nth: index + 1,
      }));
      const stage = await aStage({ invocations });
      const id = await stage.deploy();
      await stage.pass(30 * MINUTE);
      expect(stage.status(id)).toBe('promoted');
      expect(stage.states(id)).not.toContain('RollBack');
    },
  );

  test.each([
    ['the plan', 0],
    ['the first shift', 0.2 * SECOND],
    ['the judgement', 5 * MINUTE - 10 * SECOND],
  ])('a database that fails over for 90 seconds when %s is due rolls no good version back', async (_step, afterMs) => {
    const from = STARTS_AT + 301 + afterMs;
    const stage = await aStage({ ledgerFaults: { away: [{ from, until: from + 90 * SECOND }] } });
    const id = await stage.deploy();
    await stage.pass(20 * MINUTE);
    expect(stage.states(id)).not.toContain('RollBack');
    expect(stage.status(id)).toBe('promoted');
  });

  test('a check after the traffic that cannot answer rolls the version back within a minute', async () => {
    const hooks = { beforeTraffic: [], afterTraffic: [{ function: 'check' }] };
    const run = async () => {
      throw new SlipwayError('Transient', 'The webhook answered 503.');
    };
    const stage = await aStage({
      spec: { hooks, strategy: 'allAtOnce' },
      tamper: (ports) => ({ ...ports, hooks: { run } }),
    });
    const id = await stage.deploy();
    await stage.pass(MINUTE);
    expect(stage.states(id)).toContain('AfterTraffic');
    expect(stage.status(id)).toBe('rolledBack');
  });

  test('a bug in JudgeCanary rolls back at once', async () => {
    const stage = await aStage(failing('judgeCanary', BUG));
    const id = await stage.deploy();
    await stage.pass(5 * MINUTE + 5 * SECOND);
    expect(stage.status(id)).toBe('rolledBack');
    expect(stage.live()).toEqual({ 1: 100 });
  });

  test('a task that always times out rolls back after six attempts', async () => {
    const stage = await aStage({ invocations: [{ functionKey: 'judgeCanary', name: DEATHS[0], when: 'before' }] });
    const id = await stage.deploy();
    await stage.pass(8 * MINUTE);
    expect(stage.status(id)).toBe('rolledBack');
    expect(stage.deployment(id).because).toMatch(/Sandbox\.Timedout/);
  });

  test('a bake whose registration times out is registered again, and lasts its full time', async () => {
    const stage = await aStage(failing('registerWait', 'Sandbox.Timedout'));
    const id = await stage.deploy();
    await stage.pass(5 * MINUTE - 5 * SECOND);
    expect(stage.states(id).at(-1)).toBe('Bake');
    await stage.pass(10 * SECOND);
    expect(stage.status(id)).toBe('promoted');
    expect(timesIn(stage, id, 'JudgeCanary')).toBe(1);
  });

  test('a call that hangs ends with the function’s own timeout, and the task is repeated', async () => {
    const stage = await aStage({ faults: { script: [{ fault: 'hang', method: 'setSplit', nth: 1 }] } });
    const id = await stage.deploy();
    // The state would wait for 60 seconds, and the function's timeout is 55 seconds.
    await stage.pass(55 * SECOND);
    expect(stage.kinds(id)).not.toContain('TrafficShifted');
    await stage.pass(2 * SECOND);
    expect(stage.kinds(id)).toContain('TrafficShifted');
    await stage.pass(7 * MINUTE);
    expect(stage.status(id)).toBe('promoted');
  });
});

describe('rollback tasks', () => {
  const names = [...PASSING, BUG];

  test.each(names)('a %s in RollBack of a rollout is retried, and the rollback ends', async (name) => {
    const stage = await aStage(failing('rollBack', name));
    const id = await stage.deploy();
    await stage.pass(MINUTE);
    await stage.abort(id);
    await stage.pass(30 * SECOND);
    expect(stage.states(id).at(-1)).toBe('RolledBack');
    expect(stage.pages()).toEqual([]);
  });

  test.each(
    ['rollBack', 'settleDeployment'].flatMap((task) =>
      names.flatMap((name) => (['before', 'after'] as const).map((when) => [name, when, task] as const)),
    ),
  )('a %s %s the work of %s is retried by the machine rollback', async (name, when, task) => {
    // The promotion before the rollback also runs `settleDeployment`.
    const nth = task === 'settleDeployment' ? 2 : 1;
    const stage = await aStage({
      spec: { strategy: 'allAtOnce' },
      invocations: [{ functionKey: task, name, when, nth }],
    });
    await stage.deploy();
    await stage.pass(MINUTE);
    const { id } = await stage.rollBack();
    await stage.pass(30 * SECOND);
    expect(stage.states(id).at(-1)).toBe('RolledBack');
    expect(stage.live()).toEqual({ 1: 100 });
    expect(stage.pages()).toEqual([]);
  });

  test('a rollback that fails ten times in a row under any name of error still ends without a page', async () => {
    const invocations = Array.from({ length: 10 }, (_, index) => ({
      functionKey: 'rollBack',
      nth: index + 1,
      name: names[index % names.length] ?? BUG,
      when: 'before' as const,
    }));
    const stage = await aStage({ invocations });
    const id = await stage.deploy();
    await stage.pass(MINUTE);
    await stage.abort(id);
    await stage.pass(4 * MINUTE);
    expect(stage.states(id).at(-1)).toBe('RolledBack');
    expect(stage.pages()).toEqual([]);
  });

  test.each([...DEATHS, BUG])('a %s in PageOnCall is retried, and the person on call is paged', async (name) => {
    const everyRollBack = { functionKey: 'rollBack', name: BUG, when: 'before' } as const;
    const stage = await aStage({ invocations: [everyRollBack, ...failing('pageOnCall', name).invocations] });
    const id = await stage.deploy();
    await stage.pass(MINUTE);
    await stage.abort(id);
    await stage.pass(4 * MINUTE);
    expect(stage.states(id).at(-1)).toBe('RollBackFailed');
    expect(stage.pages()).toHaveLength(1);
  });
});

describe('tasks of the pipeline', () => {
  test.each(
    ['openDelivery', 'readDelivery', 'readWatch'].flatMap((task) => PASSING.map((name) => [name, task] as const)),
  )('a %s in %s does not fail the stage', async (name, task) => {
    const stage = await aStage({ spec: { strategy: 'allAtOnce' }, ...failing(task, name, 'after') });
    const { id } = await stage.deliver(REVISION);
    await stage.pass(45 * MINUTE);
    expect(stage.run(id)?.status).toBe('succeeded');
    expect(stage.ledger.view().deployments.size).toBe(1);
  });
});
