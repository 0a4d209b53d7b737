import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { lambdaVersions } from '../../src/aws/lambda-versions.ts';
import { sdkError } from './sdk-error.ts';

const lambda = mockClient(LambdaClient);
afterAll(() => void lambda.restore());
const versions = lambdaVersions(new LambdaClient({ region: 'eu-west-1' }), { waitMs: 3, pollMs: 1 });
const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
const s3 = { s3: { bucket: 'code', key: 'checkout.zip', objectVersion: 'v7' } };
const order = { target, artifact: s3, deploymentId: 'dep-1' };

beforeEach(() => {
  lambda.reset();
  lambda.on(ListVersionsByFunctionCommand).resolves({ Versions: [{ Version: '$LATEST' }, { Version: '41' }] });
  lambda.on(UpdateFunctionCodeCommand).resolves({ LastUpdateStatus: 'Successful', CodeSha256: 'sha' });
  lambda.on(PublishVersionCommand).resolves({ Version: '42', Description: 'slipway dep-1' });
});

const calls = () => lambda.calls().map(({ args: [command] }) => command.constructor.name);
const updates = () => lambda.commandCalls(UpdateFunctionCodeCommand).map(({ args: [{ input }] }) => input);

test('describing a version gives its number, its role and its state', async () => {
  lambda.on(GetFunctionConfigurationCommand).resolves({ Version: '41', Role: 'arn:role' });
  expect(await versions.describe(target, '41')).toEqual({
    version: '41',
    roleArn: 'arn:role',
    deadLetterArn: null,
    state: 'Active',
    stateReason: null,
    fingerprint: null,
    otherSettings: expect.any(String),
  });
  expect(lambda.commandCalls(GetFunctionConfigurationCommand)[0]?.args[0].input).toEqual({
    FunctionName: 'checkout',
    Qualifier: '41',
  });
});

test.each([
  ['Pending', { State: 'Pending', StateReason: 'The function is being created.' }, 'The function is being created.'],
  ['Pending', { State: 'Active', LastUpdateStatus: 'InProgress' }, null],
  ['Inactive', { State: 'Inactive', StateReasonCode: 'Idle' }, 'Idle'],
  ['Failed', { State: 'Failed', StateReason: 'The subnet has no addresses.' }, 'The subnet has no addresses.'],
  ['Stopped', { State: 'Deactivated', StateReasonCode: 'Idle' }, 'Deactivated: Idle'],
  ['Stopped', { State: 'Deactivating' }, 'Deactivating'],
  ['Stopped', { State: 'ActiveNonInvocable', LastUpdateStatus: 'Successful' }, 'ActiveNonInvocable'],
  ['Stopped', { State: 'Deleting' }, 'Deleting'],
  ['Failed', { State: 'Active', LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'init failed' }, 'init failed'],
] as const)('a version that is %s says so, with the reason of AWS', async (state, config, stateReason) => {
  lambda.on(GetFunctionConfigurationCommand).resolves({ Version: '42', Role: 'arn:role', ...config });
  const fact = { version: '42', roleArn: 'arn:role', deadLetterArn: null, state, stateReason, fingerprint: null };
  expect(await versions.describe(target, '42')).toMatchObject(fact);
});

const published: FunctionConfiguration = {
  Version: '42',
  CodeSha256: 'sha',
  Runtime: 'nodejs24.x',
  Handler: 'index.handler',
  Role: 'arn:role',
  MemorySize: 256,
  Timeout: 10,
  Environment: { Variables: { TABLE: 'orders', COLOUR: 'blue' } },
  Layers: [{ Arn: 'arn:layer:1' }],
  VpcConfig: { SubnetIds: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['group'] },
};
const described = async (config: FunctionConfiguration) => {
  lambda.on(GetFunctionConfigurationCommand).resolves(config);
  return (await versions.describe(target, '42')).fingerprint;
};

test.each<[string, FunctionConfiguration]>([
  ['in another order', { Environment: { Variables: { COLOUR: 'blue', TABLE: 'orders' } } }],
  [
    'with subnets in another order',
    { VpcConfig: { SubnetIds: ['subnet-2', 'subnet-1'], SecurityGroupIds: ['group'] } },
  ],
  ['with what Lambda takes where nothing is set', { Architectures: ['x86_64'], EphemeralStorage: { Size: 512 } }],
  [
    'at another time, under another revision and description',
    { LastModified: 'later', RevisionId: 'r', Description: 'd' },
  ],
  ['in another state', { State: 'Inactive', StateReasonCode: 'Idle' }],
])('a version has the same fingerprint %s', async (_how, change) => {
  expect(await described({ ...published, ...change })).toEqual(await described(published));
});

test.each<[string, FunctionConfiguration]>([
  ['environment', { Environment: { Variables: { TABLE: 'other', COLOUR: 'blue' } } }],
  ['layers', { Layers: [{ Arn: 'arn:layer:2' }] }],
  ['role', { Role: 'arn:other' }],
  ['runtime', { Runtime: 'nodejs22.x' }],
  ['command', { ImageConfigResponse: { ImageConfig: { Command: ['other'] } } }],
])('another %s gives another fingerprint of the same code', async (_what, change) => {
  const [before, after] = [await described(published), await described({ ...published, ...change })];
  expect(after).toMatchObject({ codeSha256: 'sha' });
  expect(after?.settingsSha256).not.toBe(before?.settingsSha256);
});

test('without the right to decrypt the environment only the code is known, and without a code hash nothing', async () => {
  const Environment = { Error: { ErrorCode: 'AccessDeniedException', Message: 'no key' } };
  expect(await described({ ...published, Environment })).toEqual({ codeSha256: 'sha', settingsSha256: null });
  expect(await described({ Version: '42' })).toBeNull();
});

test('a missing version is NotFound, both when it is described and when it is deployed', async () => {
  lambda.on(GetFunctionConfigurationCommand).rejects(sdkError('ResourceNotFoundException', { status: 404 }));
  await expect(versions.describe(target, '40')).rejects.toMatchObject({ name: 'NotFound' });
  const publish = versions.publish({ ...order, artifact: { version: '40' } });
  await expect(publish).rejects.toMatchObject({
    name: 'NotFound',
    message: expect.stringContaining('version 40 of checkout'),
  });
});

test('an existing version is deployed unchanged, and nothing is uploaded', async () => {
  lambda.on(GetFunctionConfigurationCommand).resolves({ Version: '41', Role: 'arn:role' });
  expect(await versions.publish({ ...order, artifact: { version: '41' } })).toBe('41');
  expect(calls()).toEqual(['GetFunctionConfigurationCommand']);
});

test('an S3 object is uploaded, then published under its hash and the id of the deployment', async () => {
  expect(await versions.publish(order)).toBe('42');
  expect(updates()).toEqual([
    { FunctionName: 'checkout', S3Bucket: 'code', S3Key: 'checkout.zip', S3ObjectVersion: 'v7' },
  ]);
  expect(lambda.commandCalls(PublishVersionCommand)[0]?.args[0].input).toEqual({
    FunctionName: 'checkout',
    CodeSha256: 'sha',
    Description: 'slipway dep-1',
  });
});

test('an S3 object without a version, and an image, are requested in their own form', async () => {
  await versions.publish({ ...order, artifact: { s3: { bucket: 'code', key: 'checkout.zip' } } });
  await versions.publish({ ...order, artifact: { image: 'registry/checkout@sha256:1' } });
  expect(updates()).toEqual([
    { FunctionName: 'checkout', S3Bucket: 'code', S3Key: 'checkout.zip' },
    { FunctionName: 'checkout', ImageUri: 'registry/checkout@sha256:1' },
  ]);
});

test('a repeated publish finds its version on any page, and uploads nothing', async () => {
  lambda
    .on(ListVersionsByFunctionCommand)
    .resolves({ Versions: [{ Version: '$LATEST', Description: 'slipway dep-1' }], NextMarker: 'more' });
  lambda
    .on(ListVersionsByFunctionCommand, { Marker: 'more' })
    .resolves({ Versions: [{ Version: '42', Description: 'slipway dep-1' }] });
  expect(await versions.publish(order)).toBe('42');
  expect(calls()).toEqual(['ListVersionsByFunctionCommand', 'ListVersionsByFunctionCommand']);
});

test('unchanged code gives the version that Lambda already has of it, each time', async () => {
  lambda.on(PublishVersionCommand).resolves({ Version: '41', Description: 'slipway dep-0' });
  expect(await versions.publish(order)).toBe('41');
  expect(await versions.publish(order)).toBe('41');
});

test('a publish waits for a slow update of the function', async () => {
  lambda.on(UpdateFunctionCodeCommand).resolves({ LastUpdateStatus: 'InProgress', CodeSha256: 'sha' });
  lambda
    .on(GetFunctionConfigurationCommand)
    .resolvesOnce({ LastUpdateStatus: 'InProgress' })
    .resolves({ LastUpdateStatus: 'Successful' });
  expect(await versions.publish(order)).toBe('42');
  expect(calls().slice(1)).toEqual([
    'UpdateFunctionCodeCommand',
    'GetFunctionConfigurationCommand',
    'GetFunctionConfigurationCommand',
    'PublishVersionCommand',
  ]);
});

test('a publish waits for a function that is still Pending', async () => {
  lambda
    .on(UpdateFunctionCodeCommand)
    .resolves({ State: 'Pending', LastUpdateStatus: 'Successful', CodeSha256: 'sha' });
  lambda.on(GetFunctionConfigurationCommand).resolves({ State: 'Active', LastUpdateStatus: 'Successful' });
  expect(await versions.publish(order)).toBe('42');
  expect(calls().slice(1)).toEqual([
    'UpdateFunctionCodeCommand',
    'GetFunctionConfigurationCommand',
    'PublishVersionCommand',
  ]);
});

test('a publish does not wait for a function that is Failed, and gives the reason at once', async () => {
  lambda.on(UpdateFunctionCodeCommand).rejects(sdkError('ResourceConflictException', { status: 409 }));
  lambda.on(GetFunctionConfigurationCommand).resolves({ State: 'Failed', StateReason: 'The subnet is gone' });
  await expect(versions.publish(order)).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringContaining('The function checkout is Failed (The subnet is gone)'),
  });
});

test('an update that takes too long is Transient, and nothing is published', async () => {
  lambda.on(UpdateFunctionCodeCommand).resolves({ LastUpdateStatus: 'InProgress' });
  lambda.on(GetFunctionConfigurationCommand).resolves({ LastUpdateStatus: 'InProgress' });
  await expect(versions.publish(order)).rejects.toMatchObject({ name: 'Transient' });
  expect(lambda.commandCalls(PublishVersionCommand)).toHaveLength(0);
});

test('an update that fails gives the reason, and nothing is published', async () => {
  lambda.on(UpdateFunctionCodeCommand).resolves({ LastUpdateStatus: 'InProgress' });
  lambda
    .on(GetFunctionConfigurationCommand)
    .resolves({ LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'The image was not found' });
  await expect(versions.publish(order)).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringContaining('The image was not found'),
  });
  expect(lambda.commandCalls(PublishVersionCommand)).toHaveLength(0);
});

test('another operation on the function, during upload or publish, is Transient', async () => {
  const busy = sdkError('ResourceConflictException', { status: 409 });
  lambda.on(PublishVersionCommand).rejects(busy);
  await expect(versions.publish(order)).rejects.toMatchObject({ name: 'Transient' });
  lambda.on(UpdateFunctionCodeCommand).rejects(busy);
  lambda.on(GetFunctionConfigurationCommand).resolves({ State: 'Active', LastUpdateStatus: 'InProgress' });
  await expect(versions.publish(order)).rejects.toMatchObject({ name: 'Transient' });
});

test('code that another tool or person changed in between is Transient and not published', async () => {
  const message = 'CodeSHA256 (sha) is different from current CodeSHA256 in $LATEST (other).';
  lambda.on(PublishVersionCommand).rejects(sdkError('InvalidParameterValueException', { message }));
  await expect(versions.publish(order)).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringContaining('Someone else changed the code or the settings of checkout'),
  });
});

test('an object that Lambda cannot read is InvalidRequest, with its address', async () => {
  const message = 'Error occurred while GetObject. S3 Error Code: NoSuchKey.';
  lambda.on(UpdateFunctionCodeCommand).rejects(sdkError('InvalidParameterValueException', { message }));
  await expect(versions.publish(order)).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringMatching(/s3:\/\/code\/checkout\.zip.*NoSuchKey/),
  });
});

test('a published version without a number is Broken', async () => {
  lambda.on(PublishVersionCommand).resolves({});
  await expect(versions.publish(order)).rejects.toMatchObject({ name: 'Broken' });
});

test.each([
  [{ DeadLetterConfig: { TargetArn: 'arn:queue' } }, 'arn:queue'],
  [{ DeadLetterConfig: { TargetArn: '' } }, null],
])('the dead-letter queue of a version is read from %j', async (config, deadLetterArn) => {
  lambda.on(GetFunctionConfigurationCommand).resolves({ Version: '42', ...config });
  expect(await versions.describe(target, '42')).toMatchObject({ deadLetterArn });
});
