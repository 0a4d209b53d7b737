/**
 * Under a revision that differs from the recorded one, Slipway compares the versions of the alias with their recorded
 * fingerprints.
 */
import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
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
const stale = sdkError('PreconditionFailedException', { status: 412 });
const calls = () => lambda.calls().map(({ args: [command] }) => command.constructor.name);
const found = (FunctionVersion: string, AdditionalVersionWeights: Record<string, number>) =>
  lambda
    .on(GetAliasCommand)
    .resolves({ FunctionVersion, RoutingConfig: { AdditionalVersionWeights }, RevisionId: 'r9' });

const fingerprint = (codeSha256: string) => ({ codeSha256, settingsSha256: null });
const known = {
  target,
  stable: '41',
  canary: '42',
  revision: 'r1',
  fingerprints: { stable: fingerprint('sha-41'), canary: fingerprint('sha-42') },
};
const codes = (by: Readonly<Record<string, string>>) => {
  lambda.on(GetFunctionConfigurationCommand).callsFake(({ Qualifier }) => {
    const CodeSha256 = by[Qualifier];
    if (CodeSha256 === undefined) throw sdkError('ResourceNotFoundException', { status: 404 });
    return { Version: Qualifier, CodeSha256 };
  });
};
const described = () =>
  lambda.commandCalls(GetFunctionConfigurationCommand).map(({ args: [{ input }] }) => input.Qualifier);

beforeEach(() => {
  lambda.reset();
  lambda.on(UpdateAliasCommand).rejectsOnce(stale).resolves({ RevisionId: 'r10' });
});

test('a rollback compares the versions that have calls and its target version, and then moves the alias', async () => {
  found('42', {});
  codes({ 41: 'sha-41', 42: 'sha-42' });
  expect(await traffic.takeBack(known)).toEqual({ revision: 'r10', foundPercent: 100 });
  expect(described()).toEqual(['41', '42']);
});

test('a rollback does not need a canary that has no calls', async () => {
  found('41', {});
  codes({ 41: 'sha-41' });
  expect(await traffic.takeBack(known)).toEqual({ revision: 'r9', foundPercent: 0 });
  expect(described()).toEqual(['41']);
});

test.each([
  ['Conflict', 'the canary', { 41: 'sha-41', 42: 'other' }],
  ['Conflict', 'both', { 41: 'other', 42: 'other' }],
  ['NotFound', 'stable, which has no calls,', { 41: 'other', 42: 'sha-42' }],
])('a rollback is a %s when the number of %s belongs to another version', async (name, _which, by) => {
  found('42', {});
  codes(by);
  await expect(traffic.takeBack(known)).rejects.toMatchObject({
    name,
    message: expect.stringContaining('so the function was deleted and created again.'),
  });
  expect(lambda.commandCalls(UpdateAliasCommand)).toHaveLength(1);
});

test('a shift is a Conflict without a split to take up, also where the split is the ordered one', async () => {
  found('41', { 42: 0.1 });
  codes({ 41: 'sha-41', 42: 'other' });
  const refused = traffic.setSplit({ ...known, canaryPercent: 10 });
  await expect(refused).rejects.toMatchObject({ name: 'Conflict', details: { isOther: true } });
  await expect(refused).rejects.not.toHaveProperty('details.found');
});

test('under the recorded revision no version is read, because the function is the same', async () => {
  lambda.on(UpdateAliasCommand).resolves({ RevisionId: 'r2' });
  await traffic.takeBack(known);
  await traffic.setSplit({ ...known, canaryPercent: 10 });
  expect(calls()).toEqual(['UpdateAliasCommand', 'UpdateAliasCommand']);
});
