// @ts-expect-error It comes without types.
import aslValidator from 'asl-validator';
import { loadMachines } from '../../src/twin/workflow/asl.ts';
import { isWorkflowTask } from '../../src/twin/workflow/tasks.ts';
import { aStage, closeStages, MINUTE } from './a-stage.ts';
import { backwardPaths, rollbackPaths } from './backward-paths.ts';
import { clusterPaths, clusterRollbackPaths } from './cluster-paths.ts';
import { deliveryPaths, monitorPaths } from './delivery-paths.ts';
import { forwardPaths } from './forward-paths.ts';
import { pendingPaths } from './pending-paths.ts';
import { throttledPaths } from './throttled-paths.ts';

const machines = loadMachines();
afterEach(closeStages);

const MACHINES = ['rollout', 'rollback', 'delivery', 'monitor'] as const;
const visited = {
  rollout: new Set<string>(),
  rollback: new Set<string>(),
  delivery: new Set<string>(),
  monitor: new Set<string>(),
};

describe.each([
  ['rollout, forward', 'rollout', forwardPaths],
  ['rollout, backward', 'rollout', backwardPaths],
  ['rollout of a version that is Pending', 'rollout', pendingPaths],
  ['rollout under a throttle', 'rollout', throttledPaths],
  ['rollback', 'rollback', rollbackPaths],
  ['rollout on a cluster', 'rollout', clusterPaths],
  ['rollback on a cluster', 'rollback', clusterRollbackPaths],
  ['delivery', 'delivery', deliveryPaths],
  ['monitor', 'monitor', monitorPaths],
] as const)('%s', (_, machine, paths) => {
  test.each(paths)('$claim', async ({ stage: order, play, endsIn }) => {
    const stage = await aStage(order);
    const id = await play(stage);

    expect(stage.machine(id)).toBe(machine);
    expect(stage.states(id).at(-1)).toBe(endsIn);
    for (const execution of stage.workflows.executions()) {
      for (const state of execution.states) visited[execution.machine].add(state);
    }
  });
});

test('the machine rollback finds nothing to do when it comes too late', async () => {
  const stage = await aStage();
  const id = await stage.deploy();
  await stage.pass(30 * MINUTE);
  await stage.workflows.startAgain('rollback', { deploymentId: id, again: 'late' });
  await stage.pass(MINUTE);
  const late = stage.workflows.executions().find(({ again }) => again === 'late');
  expect(late?.states).toEqual(['RollBack', 'WhereIsTheWayBack', 'SettleDeployment', 'HowItEnded', 'NothingToDo']);
  expect(stage.status(id)).toBe('promoted');
  for (const state of late?.states ?? []) visited.rollback.add(state);
});

test.each(MACHINES)('the paths of these tests visit every state of %s', (machine) => {
  expect([...visited[machine]].sort()).toEqual(Object.keys(machines[machine].States).sort());
});

test.each(MACHINES)('%s is valid in the Amazon States Language', (machine) => {
  const { isValid, errorsText } = aslValidator(machines[machine], { checkArn: true, checkPaths: true });
  expect(isValid ? '' : errorsText('\n')).toBe('');
});

test.each(MACHINES)('every task of %s names a function that the twin runs', (machine) => {
  const states = Object.values(machines[machine].States);
  const tasks = states.filter(({ Type: kind, Resource = '' }) => kind === 'Task' && Resource.includes(':lambda:'));
  const unknown = tasks.map((state) => String(state.Parameters?.FunctionName)).filter((key) => !isWorkflowTask(key));
  expect(unknown).toEqual([]);
});

test('a canary of four steps takes at most 30 transitions, and none while it waits', async () => {
  const step = (setWeight: number) => [{ setWeight }, { bake: { minutes: 10 } }, { judge: {} }];
  const stage = await aStage({ spec: { strategy: [5, 10, 25, 50].flatMap(step) } });
  const id = await stage.deploy();
  await stage.pass(MINUTE);
  const before = stage.states(id).length;
  await stage.pass(8 * MINUTE);
  expect(stage.states(id)).toHaveLength(before);

  await stage.pass(32 * MINUTE);
  expect(stage.status(id)).toBe('promoted');
  expect(stage.states(id).length).toBeLessThanOrEqual(30);
});
