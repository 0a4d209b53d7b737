import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateAliasCommand,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListAliasesCommand,
  ListTagsCommand,
  PublishVersionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { lambdaAdoptions } from '../../src/aws/lambda-adoption.ts';
import { type AdoptDesk, adopt } from '../../src/cli/commands/adopt.ts';
import { alarmToMake } from '../../src/domain/alarms/alarm-to-make.ts';
import type { Trigger } from '../../src/domain/lambda/callers.ts';
import { sdkError } from '../aws/sdk-error.ts';

const lambda = mockClient(LambdaClient);
const cloudwatch = mockClient(CloudWatchClient);
afterAll(() => {
  lambda.restore();
  cloudwatch.restore();
});
const region = { region: 'eu-west-1' };
const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:api';
const folder = mkdtempSync(join(tmpdir(), 'slipway-adopt-'));
const file = join(folder, 'slipway.yml');
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  lambda.reset();
  cloudwatch.reset();
  writeFileSync(
    file,
    'name: api\ntarget: { kind: lambda, function: api }\nalarms: [{ errorsAbove: 1 %, over: 1 minute }]\n',
  );
  lambda.on(GetFunctionConfigurationCommand, { FunctionName: 'api' }).resolves({ FunctionArn: ARN, CodeSha256: 'sha' });
  lambda.on(ListTagsCommand, { Resource: ARN }).resolves({ Tags: { team: 'shop' } });
  lambda.on(ListAliasesCommand, { FunctionName: 'api' }).resolves({ Aliases: [] });
  lambda.on(PublishVersionCommand, { FunctionName: 'api', CodeSha256: 'sha' }).resolves({ Version: '7' });
  lambda.on(CreateAliasCommand, { FunctionName: 'api', Name: 'live', FunctionVersion: '7' }).resolves({});
  lambda.on(TagResourceCommand, { Resource: ARN, Tags: { 'slipway:managed': 'true' } }).resolves({});
  cloudwatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [] });
  cloudwatch.on(PutMetricAlarmCommand).resolves({});
});

const target = { kind: 'lambda', function: 'api', alias: 'live' } as const;
const wanted = alarmToMake({ kind: 'errors', name: 'api-errors', abovePercent: 1, over: { minutes: 1 } }, target);

let triggers: Trigger[] = [];
beforeEach(() => {
  triggers = [];
});

/** Runs the command. Returns the names of the calls that change something, in their order. */
async function run(args: readonly string[], ask: AdoptDesk['ask'] = null) {
  const said: string[] = [];
  const clients = { lambda: new LambdaClient(region), cloudwatch: new CloudWatchClient(region) };
  const callers = { read: async () => ({ triggers, calls: null, unread: [] }) };
  const live = () => ({ adoptions: lambdaAdoptions(clients), callers });
  const desk = { live, print: (text: string) => void said.push(text), ask };
  const code = await adopt(['-f', file, ...args], desk);
  return { code, said: said.join('\n').replace(/\n {5,11}(?=\S)/g, ' '), changes: changes() };
}

function changes(): string[] {
  const calls = [...lambda.calls(), ...cloudwatch.calls()].map(({ args: [command] }) => command.constructor.name);
  return calls.filter((name) => /^(Publish|Create|Tag|Put|Update|Delete)/.test(name));
}

const ALL = ['PublishVersionCommand', 'CreateAliasCommand', 'TagResourceCommand', 'PutMetricAlarmCommand'];

test('a bare function gets version, alias, tag and alarm, exactly as the plan says', async () => {
  const { code, said, changes } = await run(['--yes']);
  expect([code, changes]).toEqual([0, ALL]);
  expect(said).toMatch(
    /1. Publish what is in \$LATEST[\s\S]*2. Make the alias api:live[\s\S]*3. Tag api[\s\S]*4. Make the alarm api-errors/,
  );
  expect(said).toMatch(/1. Version 7.[\s\S]*2. The alias live is on version 7/);
  expect(cloudwatch.commandCalls(PutMetricAlarmCommand)[0]?.args[0].input).toEqual(wanted);
});

test('without a terminal and without --yes the plan is only printed, and the exit code says so', async () => {
  const { code, said, changes } = await run([]);
  expect([code, changes]).toEqual([2, []]);
  expect(said).toMatch(/Make the alias api:live[\s\S]*Nothing was done. Say yes to the question, or run it with --yes/);
});

test.each([
  ['yes', 0, ALL],
  [' Y ', 0, ALL],
  ['', 2, []],
  ['no', 2, []],
])('the answer %j to the question ends with code %s', async (answer, code, changes) => {
  expect(await run([], async () => answer)).toMatchObject({ code, changes });
});

test('existing parts stay as they are, so that the command can be run again', async () => {
  lambda.on(ListAliasesCommand).resolves({ Aliases: [{ Name: 'live', FunctionVersion: '6' }] });
  lambda.on(ListTagsCommand).resolves({ Tags: { 'slipway:managed': 'true' } });
  const there = { ...wanted, AlarmDescription: 'ours', Metrics: [...wanted.Metrics].reverse() };
  cloudwatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [there] });
  const { code, said, changes } = await run(['--yes']);
  expect([code, changes]).toEqual([0, []]);
  expect(said).toMatch(/nothing to do[\s\S]*The alias api:live is there, on version 6, and stays there/);
});

test('an alias on $LATEST is not moved, and the message has the command for it', async () => {
  lambda.on(ListAliasesCommand).resolves({ Aliases: [{ Name: 'live', FunctionVersion: '$LATEST' }] });
  const { code, said, changes } = await run(['--yes']);
  expect([code, changes]).toEqual([1, ['TagResourceCommand', 'PutMetricAlarmCommand']]);
  expect(said).toMatch(/adopt moves no alias. Publish the code, then: aws lambda update-alias --function-name api/);
});

test.each([
  ['another threshold', { ...wanted, Threshold: 5 }, /Threshold 5 and not 1/],
  ['other metrics', { AlarmName: 'api-errors', MetricName: 'Errors' }, /it watches other metrics/],
])('an alarm that another tool or person made with %s is not overwritten', async (_, there, words) => {
  cloudwatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [there] });
  const { code, said, changes } = await run(['--yes']);
  expect([code, changes]).toEqual([1, ALL.slice(0, 3)]);
  expect(said).toMatch(words);
});

test('a tag with which a person excludes Slipway stays', async () => {
  lambda.on(ListTagsCommand).resolves({ Tags: { 'slipway:managed': 'false' } });
  const { code, said, changes } = await run(['--yes']);
  expect(code).toBe(1);
  expect(changes).not.toContain('TagResourceCommand');
  expect(said).toMatch(/The tag slipway:managed is "false", so somebody has decided/);
});

test('an alarm that slipway.yml only names cannot be created, and the message says how to describe it', async () => {
  writeFileSync(file, 'name: api\ntarget: { kind: lambda, function: api }\nalarms: [pager]\n');
  const { code, said, changes } = await run(['--yes']);
  expect([code, changes]).toEqual([1, ALL.slice(0, 3)]);
  expect(said).toMatch(/There is no alarm pager, and slipway.yml only names it. Describe it/);
});

test('a read that IAM refuses gives a message about the credentials, and no guess', async () => {
  lambda.on(ListTagsCommand).rejects(sdkError('AccessDeniedException', { status: 403 }));
  const { said, changes } = await run(['--yes']);
  expect(changes).toEqual(['PublishVersionCommand', 'CreateAliasCommand', 'PutMetricAlarmCommand']);
  expect(said).toMatch(/Could not read the tags of .*Check that your AWS credentials may do lambda:ListTags/);
});

test('after a step that IAM refuses the message lists the done steps, and the next run continues', async () => {
  lambda.on(TagResourceCommand).rejects(sdkError('AccessDeniedException', { status: 403 }));
  await expect(run(['--yes'])).rejects.toThrow(/Could not tag .*your AWS credentials may do lambda:TagResource/);
  expect(changes()).toEqual(ALL.slice(0, 3));
});

test('an alias that another writer creates meanwhile is not changed, and is accepted on the same version', async () => {
  lambda.on(CreateAliasCommand).rejects(sdkError('ResourceConflictException', { status: 409 }));
  lambda.on(GetAliasCommand, { FunctionName: 'api', Name: 'live' }).resolves({ FunctionVersion: '7' });
  expect((await run(['--yes'])).code).toBe(0);
  lambda.on(GetAliasCommand).resolves({ FunctionVersion: '3' });
  await expect(run(['--yes'])).rejects.toThrow(
    /made the alias api:live in this moment, on version 3. It was left alone/,
  );
});

test('code that another writer changes meanwhile is not published', async () => {
  const message = 'CodeSHA256 (a) is different from current CodeSHA256 in $LATEST (b)';
  const changed = sdkError('InvalidParameterValueException', { message });
  lambda.on(PublishVersionCommand).rejects(changed);
  await expect(run(['--yes'])).rejects.toThrow(
    /Somebody changed the code of api in this moment, so nothing was published/,
  );
});

test('a missing function and a service on Kubernetes each get a message of one sentence', async () => {
  lambda.on(GetFunctionConfigurationCommand).rejects(sdkError('ResourceNotFoundException', { status: 404 }));
  await expect(run(['--yes'])).rejects.toThrow(/Could not read api: .*Check the name, the account and the region/);
  writeFileSync(
    file,
    'name: orders\ntarget: { kind: kubernetes, cluster: main, namespace: shop, workload: orders, manifests: { port: 8080 } }\n',
  );
  await expect(run(['--yes'])).rejects.toThrow(/orders is on Kubernetes, where there is nothing to make first/);
});

test('the end of the output names each caller past the alias, with the command for a queue that no tool made', async () => {
  triggers = [
    { kind: 'mapping', calledAs: '$LATEST', from: 'sqs', source: 'arn:aws:sqs:eu-west-1:1:jobs', id: 'u-1' },
    { kind: 'url', calledAs: 'live', from: 'url', source: 'https://a.lambda-url.eu-west-1.on.aws/', id: 'NONE' },
  ];
  const { said, code } = await run(['--yes']);
  expect(code).toBe(0);
  expect(said).toMatch(
    /On the alias: function URL https:[\s\S]*The queue arn:aws:sqs:eu-west-1:1:jobs \(mapping u-1\) calls past the alias/,
  );
  expect(said).toContain('aws lambda update-event-source-mapping --uuid u-1 --function-name api:live');
});
