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
import { lambdaAdoptions, operatorClients } from '../../src/aws/lambda-adoption.ts';
import { alarmToMake } from '../../src/domain/alarms/alarm-to-make.ts';
import { sdkError } from './sdk-error.ts';

const lambda = mockClient(LambdaClient);
const cloudwatch = mockClient(CloudWatchClient);
afterAll(() => {
  lambda.restore();
  cloudwatch.restore();
});
const adoptions = lambdaAdoptions(operatorClients('eu-west-1'));
const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:api';
const target = { kind: 'lambda', function: 'api', alias: 'live' } as const;
const alarm = alarmToMake({ kind: 'errors', name: 'api-errors', abovePercent: 1, over: { minutes: 1 } }, target);

beforeEach(() => {
  lambda.reset();
  cloudwatch.reset();
});

test('the clients of a person use the region that is named, and a time limit for each call', async () => {
  const clients = operatorClients('ap-south-1');
  expect(await clients.lambda.config.region()).toBe('ap-south-1');
  expect(await clients.cloudwatch.config.maxAttempts()).toBe(3);
});

test('a function is read with its tags and all pages of its aliases', async () => {
  lambda.on(GetFunctionConfigurationCommand, { FunctionName: 'api' }, true).resolves({
    FunctionArn: ARN,
    CodeSha256: 'sha',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Timeout: 9,
  });
  lambda.on(ListTagsCommand, { Resource: ARN }, true).resolves({ Tags: { team: 'shop' } });
  const RoutingConfig = { AdditionalVersionWeights: { 5: 0.1 } };
  lambda
    .on(ListAliasesCommand, { FunctionName: 'api' })
    .resolvesOnce({ Aliases: [{ Name: 'live', FunctionVersion: '4', RoutingConfig }], NextMarker: 'more' })
    .resolvesOnce({ Aliases: [{ Name: 'test', FunctionVersion: '$LATEST' }] });
  expect(await adoptions.read('api')).toEqual({
    arn: ARN,
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    timeoutSeconds: 9,
    codeSha256: 'sha',
    tags: { team: 'shop' },
    aliases: [
      { name: 'live', version: '4', isSplit: true },
      { name: 'test', version: '$LATEST', isSplit: false },
    ],
    unread: [],
  });
});

test('a refusal of IAM is returned with what was read, and a throttle is not a refusal', async () => {
  lambda.on(GetFunctionConfigurationCommand).resolves({ FunctionArn: ARN });
  lambda.on(ListTagsCommand).rejects(sdkError('AccessDeniedException', { status: 403 }));
  lambda.on(ListAliasesCommand).resolves({ Aliases: [] });
  const { tags, aliases, unread } = await adoptions.read('api');
  expect([tags, aliases]).toEqual([null, []]);
  expect(unread).toEqual([expect.stringMatching(/^Could not read the tags of arn:.*lambda:ListTags/)]);
  lambda.on(ListTagsCommand).rejects(sdkError('TooManyRequestsException', { status: 429 }));
  await expect(adoptions.read('api')).rejects.toMatchObject({ name: 'Transient' });
});

test('only the code that was read is published', async () => {
  const order = { functionName: 'api', codeSha256: 'sha' };
  lambda.on(PublishVersionCommand, { FunctionName: 'api', CodeSha256: 'sha' }, true).resolves({ Version: '7' });
  expect(await adoptions.publish(order)).toBe('7');
  lambda.on(PublishVersionCommand).resolves({});
  await expect(adoptions.publish(order)).rejects.toMatchObject({ name: 'Broken' });
  const message = 'CodeSHA256 (a) is different from current CodeSHA256 in $LATEST (b)';
  lambda.on(PublishVersionCommand).rejects(sdkError('InvalidParameterValueException', { message }));
  await expect(adoptions.publish(order)).rejects.toMatchObject({ name: 'Conflict' });
});

test('an alias is created and never moved', async () => {
  const made = { FunctionName: 'api', Name: 'live', FunctionVersion: '7' };
  lambda.on(CreateAliasCommand, made, true).resolves({});
  await adoptions.createAlias(target, '7');
  lambda.on(CreateAliasCommand).rejects(sdkError('ResourceConflictException', { status: 409 }));
  lambda.on(GetAliasCommand, { FunctionName: 'api', Name: 'live' }, true).resolves({ FunctionVersion: '7' });
  await adoptions.createAlias(target, '7');
  await expect(adoptions.createAlias(target, '8')).rejects.toMatchObject({ name: 'Conflict' });
});

test('tags are added to the existing tags', async () => {
  lambda.on(TagResourceCommand, { Resource: ARN, Tags: { 'slipway:managed': 'true' } }, true).resolves({});
  await adoptions.tag(ARN, { 'slipway:managed': 'true' });
});

test('an alarm of any kind is found by its name, and a missing alarm is null', async () => {
  const asked = {
    AlarmNames: ['a'],
    AlarmTypes: ['MetricAlarm' as const, 'CompositeAlarm' as const, 'LogAlarm' as const],
  };
  cloudwatch.on(DescribeAlarmsCommand, asked, true).resolves({ CompositeAlarms: [{ AlarmName: 'a' }] });
  expect(await adoptions.readAlarm('a')).toEqual({ AlarmName: 'a' });
  cloudwatch.on(DescribeAlarmsCommand).resolves({});
  expect(await adoptions.readAlarm('a')).toBeNull();
});

test('the alarms on a function are found among all alarms, also those with metric math', async () => {
  const Dimensions = [{ Name: 'FunctionName', Value: 'api' }];
  const own = { AlarmName: 'own', Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions };
  const other = { ...own, AlarmName: 'other', Dimensions: [{ Name: 'FunctionName', Value: 'apis' }] };
  cloudwatch
    .on(DescribeAlarmsCommand)
    .resolvesOnce({ MetricAlarms: [own, other], NextToken: 'more' })
    .resolvesOnce({ MetricAlarms: [alarm] });
  expect((await adoptions.alarmsOn('api')).map(({ name }) => name)).toEqual(['own', 'api-errors']);
});

test('a described alarm is created as it is described', async () => {
  cloudwatch.on(PutMetricAlarmCommand, alarm, true).resolves({});
  await adoptions.putAlarm(alarm);
});
