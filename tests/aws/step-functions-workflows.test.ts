import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { stepFunctionsReachable, stepFunctionsWorkflows } from '../../src/aws/step-functions-workflows.ts';
import { sdkError } from './sdk-error.ts';

const stepFunctions = mockClient(SFNClient);
afterAll(() => void stepFunctions.restore());
const client = new SFNClient({ region: 'eu-west-1' });
const arns = {
  rollout: 'arn:aws:states:eu-west-1:111122223333:stateMachine:rollout-dev:7',
  rollback: 'arn:aws:states:eu-west-1:111122223333:stateMachine:rollback-dev',
};
const workflows = stepFunctionsWorkflows(client, arns);

beforeEach(() => stepFunctions.reset());

test('an execution is started under the id of the deployment, and its input holds only the id', async () => {
  stepFunctions.on(StartExecutionCommand).resolves({});
  await workflows.start('rollback', 'dep-1');
  expect(stepFunctions.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
    stateMachineArn: arns.rollback,
    name: 'dep-1',
    input: '{"deploymentId":"dep-1"}',
  });
});

test('a start is successful when the execution already exists', async () => {
  stepFunctions.on(StartExecutionCommand).rejects(sdkError('ExecutionAlreadyExists'));
  expect(await workflows.start('rollout', 'dep-1')).toBeUndefined();
  expect(stepFunctions.commandCalls(StartExecutionCommand)).toHaveLength(1);
});

test.each([
  ['StateMachineDoesNotExist', 'NotFound'],
  ['ExecutionLimitExceeded', 'Transient'],
  ['ThrottlingException', 'Transient'],
  ['InvalidExecutionInput', 'InvalidRequest'],
])('a start that fails with %s is %s', async (name, expected) => {
  stepFunctions.on(StartExecutionCommand).rejects(sdkError(name));
  await expect(workflows.start('rollout', 'dep-1')).rejects.toMatchObject({ name: expected });
});

test('an answer ends the wait of the token with an empty output', async () => {
  stepFunctions.on(SendTaskSuccessCommand).resolves({});
  await workflows.answer('token');
  expect(stepFunctions.commandCalls(SendTaskSuccessCommand)[0]?.args[0].input).toEqual({
    taskToken: 'token',
    output: '{}',
  });
});

test.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])(
  'an answer to a wait that is already over (%s) is no error',
  async (name) => {
    stepFunctions.on(SendTaskSuccessCommand).rejects(sdkError(name));
    expect(await workflows.answer('token')).toBe(false);
    expect(stepFunctions.commandCalls(SendTaskSuccessCommand)).toHaveLength(1);
  },
);

test('an answer that fails is Transient', async () => {
  stepFunctions.on(SendTaskSuccessCommand).rejects(sdkError('ServiceUnavailable', { status: 503 }));
  await expect(workflows.answer('token')).rejects.toMatchObject({ name: 'Transient' });
});

test.each([
  ['RUNNING', 'running'],
  ['PENDING_REDRIVE', 'running'],
  ['SUCCEEDED', 'succeeded'],
  ['FAILED', 'failed'],
  ['TIMED_OUT', 'timedOut'],
  ['ABORTED', 'stopped'],
] as const)('an execution that is %s is %s', async (status, expected) => {
  stepFunctions.on(DescribeExecutionCommand).resolves({ status });
  expect(await workflows.status('rollout', 'dep-1')).toBe(expected);
});

test('the execution is found by the ARN of its machine, without the version of the machine', async () => {
  stepFunctions.on(DescribeExecutionCommand).resolves({ status: 'RUNNING' });
  await workflows.status('rollout', 'dep-1');
  await workflows.status('rollback', 'dep-2');
  expect(
    stepFunctions.commandCalls(DescribeExecutionCommand).map(({ args: [{ input }] }) => input.executionArn),
  ).toEqual([
    'arn:aws:states:eu-west-1:111122223333:execution:rollout-dev:dep-1',
    'arn:aws:states:eu-west-1:111122223333:execution:rollback-dev:dep-2',
  ]);
});

test('an execution that was never started is missing; an execution that may not be read is Broken', async () => {
  stepFunctions
    .on(DescribeExecutionCommand)
    .rejectsOnce(sdkError('ExecutionDoesNotExist'))
    .rejects(sdkError('AccessDeniedException'));
  expect(await workflows.status('rollout', 'dep-1')).toBe('missing');
  await expect(workflows.status('rollout', 'dep-1')).rejects.toMatchObject({ name: 'Broken' });
});

test('the workflows are reachable when their machine can be read, and otherwise Transient, with the reason', async () => {
  const reachable = stepFunctionsReachable(client, arns);
  stepFunctions.on(DescribeStateMachineCommand).resolvesOnce({}).rejects(sdkError('StateMachineDoesNotExist'));
  expect(await reachable.check()).toBeUndefined();
  await expect(reachable.check()).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringContaining('reach the workflows: StateMachineDoesNotExist'),
  });
});
