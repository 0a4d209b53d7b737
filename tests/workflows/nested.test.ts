import { aStage, closeStages, MINUTE, SECOND } from './a-stage.ts';

afterEach(closeStages);
const ROLLOUT = 'arn:aws:states:eu-central-1:000000000000:stateMachine:slipway-dev-rollout';
type Stage = Awaited<ReturnType<typeof aStage>>;

const joined = (stage: Stage, { name, input = { deploymentId: name } }: { name: string; input?: unknown }) =>
  stage.workflows.run({ machineArn: ROLLOUT, name, input });

test('a second start joins a running execution by its name and its input, and gets its result', async () => {
  const stage = await aStage();
  const id = await stage.deploy();
  const end = joined(stage, { name: id });
  await stage.pass(6 * MINUTE);
  expect(await end).toEqual({ Name: id, Status: 'SUCCEEDED' });
  expect(stage.workflows.executions()).toHaveLength(1);
});

test('an execution that fails is a failed task, with its error', async () => {
  const stage = await aStage();
  const id = await stage.deploy();
  const end = expect(joined(stage, { name: id })).rejects.toMatchObject({
    name: 'States.TaskFailed',
    message: expect.stringContaining('"Error":"RolledBack"'),
  });
  await stage.abort(id);
  await stage.pass(5 * SECOND);
  await end;
});

test('a used name is refused once its execution has ended, and with another input at any time', async () => {
  const stage = await aStage();
  const id = await stage.deploy();
  const known = { name: 'StepFunctions.ExecutionAlreadyExistsException' };
  await expect(joined(stage, { name: id, input: { deploymentId: 'other' } })).rejects.toMatchObject(known);
  await stage.pass(6 * MINUTE);
  await expect(joined(stage, { name: id })).rejects.toMatchObject(known);
});

test('a machine that does not exist is refused', async () => {
  const stage = await aStage();
  const order = { machineArn: 'arn:aws:states:eu-central-1:1:stateMachine:slipway-dev-nothing', name: 'a', input: {} };
  await expect(stage.workflows.run(order)).rejects.toMatchObject({
    name: 'StepFunctions.StateMachineDoesNotExistException',
  });
});

test('a delivery that is stopped stops its rollout, which then rolls back', async () => {
  const stage = await aStage();
  await stage.deliver('a'.repeat(40));
  await stage.pass(5 * MINUTE);
  expect(stage.live()).toEqual({ 1: 90, 2: 10 });
  stage.workflows.stop({ machine: 'delivery', deploymentId: 'action-1' });
  await stage.pass(5 * SECOND);
  const [id = ''] = stage.ledger.view().deployments.keys();
  expect(stage.live()).toEqual({ 1: 100 });
  expect(stage.status(id)).toBe('rolledBack');
  expect(stage.kinds(id)).toContain('ExecutionAbandoned');
});
