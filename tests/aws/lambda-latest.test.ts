/** Tests that code which another tool uploaded to `$LATEST` is published exactly as it was read, or not at all. */
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { lambdaVersions } from '../../src/aws/lambda-versions.ts';
import { isSameVersion } from '../../src/domain/lambda/version-fact.ts';
import { sdkError } from './sdk-error.ts';

const lambda = mockClient(LambdaClient);
afterAll(() => void lambda.restore());
const versions = lambdaVersions(new LambdaClient({ region: 'eu-west-1' }), { waitMs: 3, pollMs: 1 });
const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
const latest = { target, artifact: { version: 'latest' }, deploymentId: 'dep-1' };
const there = {
  CodeSha256: 'sha',
  Role: 'arn:role',
  Version: '$LATEST',
  RevisionId: 'r7',
  LastUpdateStatus: 'Successful',
} as const;
const calls = () => lambda.calls().map(({ args: [command] }) => command.constructor.name);

beforeEach(() => {
  lambda.reset();
  lambda.on(ListVersionsByFunctionCommand).resolves({ Versions: [{ Version: '$LATEST' }, { Version: '41' }] });
  lambda.on(PublishVersionCommand).resolves({ Version: '42', Description: 'slipway dep-1' });
  lambda.on(GetFunctionConfigurationCommand).resolves(there);
});

test('the code in $LATEST is published under the hash and the revision of the read, and nothing is uploaded', async () => {
  expect(await versions.publish(latest)).toBe('42');
  expect(calls()).toEqual([
    'ListVersionsByFunctionCommand',
    'GetFunctionConfigurationCommand',
    'PublishVersionCommand',
  ]);
  expect(lambda.commandCalls(PublishVersionCommand)[0]?.args[0].input).toEqual({
    FunctionName: 'checkout',
    CodeSha256: 'sha',
    RevisionId: 'r7',
    Description: 'slipway dep-1',
  });
});

test('the code in $LATEST is read once more when its update was in progress', async () => {
  lambda
    .on(GetFunctionConfigurationCommand)
    .resolvesOnce({ ...there, LastUpdateStatus: 'InProgress', RevisionId: 'r6' })
    .resolves(there);
  await versions.publish(latest);
  expect(lambda.commandCalls(PublishVersionCommand)[0]?.args[0].input).toMatchObject({ RevisionId: 'r7' });
});

test('the code in $LATEST is Transient and not published when it changed after the read, and is tried again', async () => {
  lambda.on(PublishVersionCommand).rejects(sdkError('PreconditionFailedException', { status: 412 }));
  await expect(versions.publish(latest)).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringContaining('Someone else changed the code or the settings of checkout'),
  });
});

test.each<[string, FunctionConfiguration]>([
  ['tracing', { TracingConfig: { Mode: 'Active' } }],
  ['log format', { LoggingConfig: { LogFormat: 'JSON' } }],
  ['snapshot', { SnapStart: { ApplyOn: 'PublishedVersions' } }],
  ['dead-letter queue', { DeadLetterConfig: { TargetArn: 'arn:queue' } }],
  ['key', { KMSKeyArn: 'arn:key' }],
])(
  'the code in $LATEST is another version with another %s, which its fingerprint leaves out',
  async (_what, change) => {
    const before = await versions.describe(target, '$LATEST');
    lambda.on(GetFunctionConfigurationCommand).resolves({ ...there, ...change });
    const after = await versions.describe(target, '$LATEST');
    expect(after.fingerprint).toEqual(before.fingerprint);
    expect(isSameVersion(before, after)).toBe(false);
  },
);

test('the code in $LATEST stays the same version after Lambda has optimised, described and updated it', async () => {
  const before = await versions.describe(target, '$LATEST');
  const own = {
    Version: '41',
    Description: 'slipway dep-0',
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'On' },
    RuntimeVersionConfig: { RuntimeVersionArn: 'arn:runtime' },
  } as const;
  lambda.on(GetFunctionConfigurationCommand).resolves({ ...there, ...own });
  expect(isSameVersion(before, await versions.describe(target, '41'))).toBe(true);
});
