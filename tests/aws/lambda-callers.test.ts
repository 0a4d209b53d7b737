import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetPolicyCommand, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { lambdaCallers } from '../../src/aws/lambda-callers.ts';
import { triggersIn } from '../../src/aws/lambda-policy.ts';
import { aCalledLambda } from './a-called-lambda.ts';
import { sdkError } from './sdk-error.ts';

const NOW = Date.UTC(2030, 0, 1, 12, 2, 30);
const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
const cloudwatch = mockClient(CloudWatchClient);
afterAll(() => void cloudwatch.restore());
let lambda: ReturnType<typeof aCalledLambda>;
const callers = () =>
  lambdaCallers(lambda.client, {
    cloudwatch: new CloudWatchClient({ region: 'eu-west-1' }),
    clock: { now: () => NOW },
  });

beforeEach(() => {
  cloudwatch.reset();
  cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [] });
  lambda = aCalledLambda();
});

const denied = sdkError('AccessDeniedException', { status: 403, message: 'User is not authorized' });

test('a refusal of IAM is returned with its action, and the rest is read', async () => {
  lambda.add({ kind: 'queue', name: 'jobs' });
  lambda.add({ kind: 'url', name: 'front' });
  lambda.aws.on(GetPolicyCommand).rejects(denied);
  cloudwatch.on(GetMetricDataCommand).rejects(denied);
  const { triggers, calls, unread } = await callers().read(target);
  expect(triggers.map(({ kind }) => kind).sort()).toEqual(['mapping', 'url']);
  expect(calls).toBeNull();
  expect(unread).toEqual([
    expect.stringMatching(/count the calls of checkout: .*cloudwatch:GetMetricData/),
    expect.stringMatching(/read who may call checkout: .*lambda:GetPolicy/),
    expect.stringMatching(/read who may call checkout:live: .*lambda:GetPolicy/),
  ]);
});

test('a throttle is thrown, so that the caller tries again', async () => {
  lambda.aws.on(ListEventSourceMappingsCommand).rejects(sdkError('TooManyRequestsException', { status: 429 }));
  await expect(callers().read(target)).rejects.toMatchObject({ name: 'Transient', details: { throttled: true } });
});

test('a policy that cannot be parsed is reported, and is not a failure', async () => {
  lambda.aws.on(GetPolicyCommand).resolves({ Policy: 'none' });
  const { unread } = await callers().read(target);
  expect(unread[0]).toMatch(/read who may call checkout/);
});

test('figures that CloudWatch does not return are unknown, and not 0', async () => {
  const Messages = [{ Code: 'Unsupported', Value: 'no search here' }];
  const result = { Id: 'named', StatusCode: 'InternalError', Messages } as const;
  cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [result] });
  const { calls, unread } = await callers().read(target);
  expect({ calls, unread }).toEqual({ calls: null, unread: [expect.stringContaining('no search here')] });
});

test('a day of closed periods is read, with one request per page', async () => {
  const at = new Date(Date.UTC(2030, 0, 1, 11, 50));
  const page = (Id: string, Label: string) => ({ Id, Label, Timestamps: [at], Values: [5] });
  cloudwatch
    .on(GetMetricDataCommand)
    .resolvesOnce({ MetricDataResults: [page('total', 'Invocations')], NextToken: 'more' })
    .resolvesOnce({ MetricDataResults: [page('named', 'checkout:live'), page('named', 'checkout')] });
  expect((await callers().read(target)).calls).toEqual([{ startsAt: at.getTime(), total: 5, named: { live: 5 } }]);
  const [first, second] = cloudwatch.commandCalls(GetMetricDataCommand).map(({ args }) => args[0].input);
  expect(first).toMatchObject({
    StartTime: new Date(Date.UTC(2029, 11, 31, 12)),
    EndTime: new Date(Date.UTC(2030, 0, 1, 12)),
  });
  expect(second?.NextToken).toBe('more');
});

test('a function that writes its server errors counts them, also when there were none', async () => {
  expect(await callers().read(target)).toMatchObject({ countsServerErrors: false });
  const counted = { Id: 'counted', Timestamps: [new Date(NOW - 3_600_000)], Values: [1] };
  cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [counted] });
  expect(await callers().read(target)).toMatchObject({ countsServerErrors: true, calls: [] });
  const { MetricDataQueries = [] } = cloudwatch.commandCalls(GetMetricDataCommand)[0]?.args[0].input ?? {};
  expect(MetricDataQueries.find(({ Id }) => Id === 'counted')?.MetricStat).toMatchObject({
    Metric: { Namespace: 'Slipway/Services', MetricName: 'ServerErrors' },
    Stat: 'SampleCount',
  });
  cloudwatch.on(GetMetricDataCommand).rejects(denied);
  expect((await callers().read(target)).countsServerErrors).toBeUndefined();
});

describe('the policy of a function', () => {
  const statement = (change: object) => ({
    Sid: 'one',
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:checkout',
    ...change,
  });
  const read = (...statements: object[]) =>
    triggersIn({ policy: JSON.stringify({ Statement: statements }), calledAs: '$LATEST' });

  test.each<[string, object, string, string | null]>([
    ['an account', { Principal: { AWS: 'arn:aws:iam::444455556666:root' } }, '444455556666', null],
    ['a role', { Principal: { AWS: 'arn:aws:iam::1:role/ci' } }, 'arn:aws:iam::1:role/ci', null],
    ['everybody', { Principal: '*' }, '*', null],
    ['any action', { Action: ['lambda:GetFunction', 'lambda:*'] }, 's3.amazonaws.com', null],
    [
      'a source by its account as well',
      {
        Condition: {
          StringEquals: { 'AWS:SourceAccount': '1' },
          ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::photos' },
        },
      },
      's3.amazonaws.com',
      'arn:aws:s3:::photos',
    ],
  ])('the policy allows %s', (_what, change, from, source) => {
    expect(read(statement(change))).toEqual([{ kind: 'permission', calledAs: '$LATEST', from, source, id: 'one' }]);
  });

  test('the policy names a caller for each source of a statement', () => {
    const sources = ['arn:aws:s3:::a', 'arn:aws:s3:::b'];
    expect(
      read(statement({ Condition: { ArnLike: { 'aws:SourceArn': sources } } })).map(({ source }) => source),
    ).toEqual(sources);
  });

  test.each([
    ['a refusal', { Effect: 'Deny' }],
    ['the right to read the function', { Action: 'lambda:GetFunction' }],
    ['the right to a URL', { Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } } }],
    ['the call behind a URL', { Principal: '*', Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } }],
  ])('%s is not a caller', (_what, change) => {
    expect(read(statement(change))).toEqual([]);
  });
});
