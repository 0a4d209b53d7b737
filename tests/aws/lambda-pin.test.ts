/** Tests Slipway's own alias, the pin. While it points to the version before, Lambda refuses to delete that version. */
import { CreateAliasCommand, LambdaClient, ListAliasesCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { lambdaTraffic } from '../../src/aws/lambda-traffic.ts';
import { sdkError } from './sdk-error.ts';

const lambda = mockClient(LambdaClient);
afterAll(() => void lambda.restore());
const traffic = lambdaTraffic(new LambdaClient({ region: 'eu-west-1' }));
const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;

beforeEach(() => lambda.reset());

const calls = () => lambda.calls().map(({ args: [command] }) => command.constructor.name);
const moves = () => lambda.commandCalls(UpdateAliasCommand).map(({ args: [{ input }] }) => input);

const missing = sdkError('ResourceNotFoundException', { status: 404 });

test('the pin moves the alias to the version, with all of its weight', async () => {
  lambda.on(UpdateAliasCommand).resolves({});
  await traffic.pin(target, '41');
  expect(moves()).toEqual([
    {
      FunctionName: 'checkout',
      Name: 'slipway-before-live',
      FunctionVersion: '41',
      RoutingConfig: { AdditionalVersionWeights: {} },
    },
  ]);
});

test('the pin creates its alias the first time', async () => {
  lambda.on(UpdateAliasCommand).rejects(missing).on(CreateAliasCommand).resolves({});
  await traffic.pin(target, '41');
  expect(lambda.commandCalls(CreateAliasCommand)[0]?.args[0].input).toMatchObject({
    FunctionName: 'checkout',
    Name: 'slipway-before-live',
    FunctionVersion: '41',
  });
});

test('the pin moves the alias when another writer created it in between', async () => {
  lambda.on(UpdateAliasCommand).rejectsOnce(missing).resolves({});
  lambda.on(CreateAliasCommand).rejects(sdkError('ResourceConflictException', { status: 409 }));
  await traffic.pin(target, '41');
  expect(calls()).toEqual(['UpdateAliasCommand', 'CreateAliasCommand', 'UpdateAliasCommand']);
});

test('a pin to a missing version is NotFound', async () => {
  lambda.on(UpdateAliasCommand).rejects(missing).on(CreateAliasCommand).rejects(missing);
  await expect(traffic.pin(target, '41')).rejects.toMatchObject({ name: 'NotFound' });
});

test('a throttle of the pin is passed on, and no alias is created', async () => {
  lambda.on(UpdateAliasCommand).rejects(sdkError('TooManyRequestsException', { status: 429 }));
  await expect(traffic.pin(target, '41')).rejects.toMatchObject({ name: 'Transient' });
  expect(calls()).toEqual(['UpdateAliasCommand']);
});

test('the aliases of a function are listed page by page, each with its split', async () => {
  const live = {
    Name: 'live',
    FunctionVersion: '41',
    RevisionId: 'r1',
    RoutingConfig: { AdditionalVersionWeights: { 42: 0.1 } },
  };
  const other = { Name: 'beta', FunctionVersion: '7', RevisionId: 'r2' };
  lambda.on(ListAliasesCommand).resolves({ Aliases: [other] });
  lambda
    .on(ListAliasesCommand, { FunctionName: 'checkout', MaxItems: 50 }, true)
    .resolves({ Aliases: [live], NextMarker: 'more' });
  expect(await traffic.listSplits('checkout')).toEqual([
    { target, stable: '41', canary: '42', canaryPercent: 10, revision: 'r1' },
    { target: { ...target, alias: 'beta' }, stable: '7', canary: null, canaryPercent: 0, revision: 'r2' },
  ]);
  lambda.on(ListAliasesCommand).rejects(missing);
  expect(await traffic.listSplits('nobody')).toEqual([]);
});
