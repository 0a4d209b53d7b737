import {
  GetAliasCommand,
  GetProvisionedConcurrencyConfigCommand,
  LambdaClient,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { lambdaTraffic } from '../../src/aws/lambda-traffic.ts';
import { sdkError } from './sdk-error.ts';

const lambda = mockClient(LambdaClient);
afterAll(() => void lambda.restore());
const traffic = lambdaTraffic(new LambdaClient({ region: 'eu-west-1' }));
const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
const order = { target, stable: '41', canary: '42', revision: 'r1' };
const stale = sdkError('PreconditionFailedException', { status: 412 });

beforeEach(() => lambda.reset());

const calls = () => lambda.calls().map(({ args: [command] }) => command.constructor.name);
const moves = () => lambda.commandCalls(UpdateAliasCommand).map(({ args: [{ input }] }) => input);

/** Sets the alias that GetAlias returns. */
function found(stable: string, weights: Record<string, number>, revision = 'r9') {
  const answer = {
    FunctionVersion: stable,
    RoutingConfig: { AdditionalVersionWeights: weights },
    RevisionId: revision,
  };
  lambda.on(GetAliasCommand).resolves(answer);
}

describe('read of the traffic', () => {
  test('a read gives both versions, the share, the revision and the provisioned concurrency', async () => {
    found('41', { 42: 0.07 }, 'r3');
    lambda.on(GetProvisionedConcurrencyConfigCommand).resolves({ RequestedProvisionedConcurrentExecutions: 5 });
    expect(await traffic.read(target)).toEqual({
      stable: '41',
      canary: '42',
      canaryPercent: 7,
      revision: 'r3',
      provisionedConcurrency: 5,
    });
    expect(lambda.commandCalls(GetAliasCommand)[0]?.args[0].input).toEqual({ FunctionName: 'checkout', Name: 'live' });
    expect(lambda.commandCalls(GetProvisionedConcurrencyConfigCommand)[0]?.args[0].input).toEqual({
      FunctionName: 'checkout',
      Qualifier: 'live',
    });
  });

  test('an alias without weights or provisioned concurrency is read without a canary and without concurrency', async () => {
    lambda.on(GetAliasCommand).resolves({ FunctionVersion: '41', RevisionId: 'r3' });
    lambda
      .on(GetProvisionedConcurrencyConfigCommand)
      .rejects(sdkError('ProvisionedConcurrencyConfigNotFoundException', { status: 404 }));
    expect(await traffic.read(target)).toMatchObject({ canary: null, canaryPercent: 0, provisionedConcurrency: 0 });
  });

  test('a missing alias is NotFound, with its name', async () => {
    lambda.on(GetAliasCommand).rejects(sdkError('ResourceNotFoundException', { status: 404 }));
    lambda.on(GetProvisionedConcurrencyConfigCommand).resolves({});
    await expect(traffic.read(target)).rejects.toMatchObject({
      name: 'NotFound',
      message: expect.stringContaining('read the alias checkout:live'),
    });
  });

  test('a missing permission to read provisioned concurrency does not mean that there is none', async () => {
    found('41', {});
    lambda.on(GetProvisionedConcurrencyConfigCommand).rejects(sdkError('AccessDeniedException', { status: 403 }));
    await expect(traffic.read(target)).rejects.toMatchObject({
      name: 'Broken',
      message: expect.stringContaining('lambda:GetProvisionedConcurrencyConfig'),
    });
  });
});

describe('readSplit of the traffic', () => {
  test('readSplit makes one call, which gives the split and the revision', async () => {
    found('41', { 42: 0.07 }, 'r3');
    expect(await traffic.readSplit(target)).toEqual({
      stable: '41',
      canary: '42',
      canaryPercent: 7,
      revision: 'r3',
    });
    expect(calls()).toEqual(['GetAliasCommand']);
  });
});

describe('setSplit of the traffic', () => {
  test('a second read that still shows the refused revision is stale: the result is Transient', async () => {
    lambda.on(UpdateAliasCommand).rejects(stale);
    found('41', { 42: 0.1 }, 'r1');
    await expect(traffic.setSplit({ ...order, canaryPercent: 10 })).rejects.toMatchObject({ name: 'Transient' });
  });

  test.each([
    [0, '41', {}],
    [10, '41', { 42: 0.1 }],
    [99, '41', { 42: 0.99 }],
    [100, '42', {}],
  ])(
    'at %s %% the alias holds version %s with weights %j, under the recorded revision',
    async (percent, version, weights) => {
      lambda.on(UpdateAliasCommand).resolves({ RevisionId: 'r2' });
      expect(await traffic.setSplit({ ...order, canaryPercent: percent })).toEqual({
        revision: 'r2',
        foundPercent: undefined,
      });
      expect(moves()).toEqual([
        {
          FunctionName: 'checkout',
          Name: 'live',
          FunctionVersion: version,
          RoutingConfig: { AdditionalVersionWeights: weights },
          RevisionId: 'r1',
        },
      ]);
      expect(calls()).toEqual(['UpdateAliasCommand']);
    },
  );

  test('a repeated order, whose first answer was lost, finds its split and returns the new revision', async () => {
    lambda.on(UpdateAliasCommand).rejects(stale);
    found('41', { 42: 0.1 }, 'r2');
    expect(await traffic.setSplit({ ...order, canaryPercent: 10 })).toEqual({ revision: 'r2', foundPercent: 10 });
  });

  test('a repeated promotion is recognised too', async () => {
    lambda.on(UpdateAliasCommand).rejects(stale);
    found('42', {}, 'r2');
    expect(await traffic.setSplit({ ...order, canaryPercent: 100 })).toEqual({ revision: 'r2', foundPercent: 100 });
  });

  test.each([
    ['another weight', '41', { 42: 0.5 }, '50 % on version 41 and 50 % on version 42'],
    ['a third version', '43', { 42: 0.1 }, '90 % on version 43 and 10 % on version 42'],
  ])(
    '%s, written by another tool or person, is a Conflict that says what was found',
    async (_, stable, weights, words) => {
      lambda.on(UpdateAliasCommand).rejects(stale);
      found(stable, weights);
      const shift = traffic.setSplit({ ...order, canaryPercent: 10 });
      await expect(shift).rejects.toMatchObject({ name: 'Conflict', message: expect.stringContaining(words) });
      await expect(shift).rejects.toMatchObject({
        details: { found: { stable, revision: 'r9' } },
        cause: { cause: stale },
      });
      expect(moves()).toHaveLength(1);
    },
  );

  test('an emulator that only answers 412 means a stale revision', async () => {
    lambda.on(UpdateAliasCommand).rejects(sdkError('UnknownError', { status: 412 }));
    found('41', { 42: 0.1 }, 'r2');
    expect(await traffic.setSplit({ ...order, canaryPercent: 10 })).toMatchObject({ revision: 'r2' });
  });

  test.each([
    ['TooManyRequestsException', 429, 'Transient'],
    ['ResourceConflictException', 409, 'Transient'],
    ['InvalidParameterValueException', 400, 'InvalidRequest'],
    ['ResourceNotFoundException', 404, 'NotFound'],
    ['AccessDeniedException', 403, 'Broken'],
  ])('%s is passed on unchanged, without a second read: %s %s', async (name, status, expected) => {
    lambda.on(UpdateAliasCommand).rejects(sdkError(name, { status }));
    await expect(traffic.setSplit({ ...order, canaryPercent: 10 })).rejects.toMatchObject({ name: expected });
    expect(calls()).toEqual(['UpdateAliasCommand']);
  });
});

describe('takeBack of the traffic', () => {
  test('takeBack does not trust a read with the refused revision, although it shows all calls on stable', async () => {
    lambda.on(UpdateAliasCommand).rejectsOnce(stale).resolves({ RevisionId: 'r3' });
    found('41', {}, 'r1');
    lambda.on(GetAliasCommand).resolvesOnce({ FunctionVersion: '41', RevisionId: 'r1' });
    expect(await traffic.takeBack(order)).toMatchObject({ revision: 'r3' });
    expect(moves()).toHaveLength(2);
  });

  test('takeBack makes exactly one call, UpdateAlias, when the revision is the recorded one', async () => {
    lambda.on(UpdateAliasCommand).resolves({ RevisionId: 'r2' });
    expect(await traffic.takeBack(order)).toEqual({ revision: 'r2', foundPercent: undefined });
    expect(calls()).toEqual(['UpdateAliasCommand']);
    expect(moves()[0]).toMatchObject({
      FunctionVersion: '41',
      RoutingConfig: { AdditionalVersionWeights: {} },
      RevisionId: 'r1',
    });
  });

  test('takeBack uses the revision that it finds when only the two versions are live, and reports what it found', async () => {
    lambda.on(UpdateAliasCommand).rejectsOnce(stale).resolves({ RevisionId: 'r10' });
    found('41', { 42: 0.25 });
    expect(await traffic.takeBack(order)).toEqual({ revision: 'r10', foundPercent: 25 });
    expect(moves().map(({ RevisionId }) => RevisionId)).toEqual(['r1', 'r9']);
  });

  test('takeBack returns all calls after a promotion that was never recorded', async () => {
    lambda.on(UpdateAliasCommand).rejectsOnce(stale).resolves({ RevisionId: 'r10' });
    found('42', {});
    expect(await traffic.takeBack(order)).toEqual({ revision: 'r10', foundPercent: 100 });
  });

  test('takeBack moves nothing when all traffic is already on stable', async () => {
    lambda.on(UpdateAliasCommand).rejects(stale);
    found('41', {});
    expect(await traffic.takeBack(order)).toEqual({ revision: 'r9', foundPercent: 0 });
    expect(calls()).toEqual(['UpdateAliasCommand', 'GetAliasCommand']);
  });

  test('takeBack keeps the share that it found first, when the answer of its own second call was lost', async () => {
    lambda.on(UpdateAliasCommand).rejects(stale);
    lambda
      .on(GetAliasCommand)
      .resolvesOnce({
        FunctionVersion: '41',
        RoutingConfig: { AdditionalVersionWeights: { 42: 0.5 } },
        RevisionId: 'r8',
      })
      .resolves({ FunctionVersion: '41', RevisionId: 'r9' });
    expect(await traffic.takeBack(order)).toEqual({ revision: 'r9', foundPercent: 50 });
  });

  test('takeBack leaves a third version alone: a Conflict that says what was found', async () => {
    lambda.on(UpdateAliasCommand).rejects(stale);
    found('41', { 43: 0.5 });
    await expect(traffic.takeBack(order)).rejects.toMatchObject({
      name: 'Conflict',
      details: { found: { stable: '41', canary: '43', canaryPercent: 50, revision: 'r9' } },
    });
    expect(moves()).toHaveLength(1);
  });

  test('takeBack ignores a third version at weight 0, which is not live', async () => {
    lambda.on(UpdateAliasCommand).rejectsOnce(stale).resolves({ RevisionId: 'r10' });
    found('42', { 43: 0 });
    expect(await traffic.takeBack(order)).toMatchObject({ revision: 'r10', foundPercent: 100 });
  });

  test('takeBack gives up as Transient when the alias changed five times in between', async () => {
    lambda.on(UpdateAliasCommand).rejects(stale);
    found('41', { 42: 0.5 });
    await expect(traffic.takeBack(order)).rejects.toMatchObject({ name: 'Transient' });
    expect(moves()).toHaveLength(5);
  });

  test('another operation on the function makes takeBack Transient, so that the rollback is tried again', async () => {
    lambda.on(UpdateAliasCommand).rejects(sdkError('ResourceConflictException', { status: 409 }));
    await expect(traffic.takeBack(order)).rejects.toMatchObject({ name: 'Transient' });
  });
});

describe('takeBack under a throttle', () => {
  const busy = sdkError('TooManyRequestsException', { status: 429, message: 'Rate exceeded' });
  const patient = (forMs: number) =>
    lambdaTraffic(new LambdaClient({ region: 'eu-west-1' }), { forMs, delayMs: 1, delayMsMax: 2 });

  test('a throttled takeBack repeats the call until Lambda accepts it', async () => {
    lambda.on(UpdateAliasCommand).rejectsOnce(busy).rejectsOnce(busy).rejectsOnce(busy).resolves({ RevisionId: 'r2' });
    expect(await patient(60_000).takeBack(order)).toEqual({ revision: 'r2', foundPercent: undefined });
    expect(calls()).toEqual(['UpdateAliasCommand', 'UpdateAliasCommand', 'UpdateAliasCommand', 'UpdateAliasCommand']);
  });

  test('a throttled takeBack gives up when its time is over, as Transient and marked as a throttle', async () => {
    lambda.on(UpdateAliasCommand).rejects(busy);
    await expect(patient(0).takeBack(order)).rejects.toMatchObject({ name: 'Transient', details: { throttled: true } });
    expect(calls()).toHaveLength(1);
  });

  test('takeBack does not repeat a call that was refused for another reason', async () => {
    lambda.on(UpdateAliasCommand).rejects(sdkError('ServiceException', { status: 500 }));
    await expect(patient(60_000).takeBack(order)).rejects.toMatchObject({ name: 'Transient' });
    expect(calls()).toHaveLength(1);
  });

  test('a forward shift is not repeated: its rollout tries again later', async () => {
    lambda.on(UpdateAliasCommand).rejects(busy);
    const shift = patient(60_000).setSplit({ ...order, canaryPercent: 10 });
    await expect(shift).rejects.toMatchObject({ details: { throttled: true } });
    expect(calls()).toHaveLength(1);
  });
});
