import type { Grant } from '../../src/domain/access/grant.ts';
import { openDelivery } from '../../src/operations/pipeline/open-delivery.ts';
import { aSpec } from '../domain/a-deployment.ts';
import { deploy, promoted } from '../operations/a-rollout.ts';
import { target } from '../operations/a-scene.ts';
import { DELIVERY } from '../operations/pipeline-events.ts';
import { aClosedApi, type ClosedApi, DEPLOY } from './a-closed-api.ts';

let api: ClosedApi;
beforeEach(async () => {
  api = await aClosedApi();
});
afterEach(() => api.close());

const OTHER = { target: { ...target, alias: 'other' } };
const admin = (...services: string[]): readonly Grant[] => [{ role: 'admin', services }];
const ask = async (asked: Parameters<ClosedApi['ask']>[0], grants: readonly Grant[]) =>
  api.ask({ ...asked, token: await api.mint('eve@acme', grants) });
const put = (name: string, change: object, grants: readonly Grant[]) =>
  ask({ method: 'PUT', path: `/services/${name}`, body: { ...aSpec({ name }), ...change } }, grants);
const tagged = (text: string) =>
  api.scene.cloud.lambda.putFunction({
    name: 'checkout',
    tags: { 'slipway:managed': 'true', 'slipway:service': text },
  });

test('an admin of one service cannot register the target of another one', async () => {
  const { status, body } = await put('mine', {}, admin('mine'));
  expect({ status, detail: body.detail }).toEqual({
    status: 409,
    detail: expect.stringContaining('checkout:live belongs to service checkout'),
  });
});

const take = (from: string, grants: readonly Grant[], change: object = {}) =>
  put(`mine?takeFrom=${from}`, { name: 'mine', ...change }, grants);

test('an admin of both services takes the target over in one call, and the record names the caller', async () => {
  const { status, body } = await take('checkout', admin('mine', 'checkout'));
  expect({ status, by: body.updatedBy }).toEqual({ status: 201, by: 'eve@acme' });
  const services = api.scene.ledger().services;
  expect([...services.keys()]).toEqual(['mine']);
  // A repeat finds that the first call has taken the target over.
  expect(await take('checkout', admin('mine', 'checkout'))).toMatchObject({ status: 201, body: { revision: 1 } });
});

test('the watch over the old service ends with an entry that names the caller and the new service', async () => {
  const id = await promoted(api.scene);
  await take('checkout', admin('mine', 'checkout'));
  expect(api.scene.timeline(id).at(-1)).toMatchObject({
    kind: 'WatchEnded',
    by: 'eve@acme',
    because: expect.stringContaining('Service checkout gave this target to service mine'),
  });
});

test.each<[string, string, readonly string[], object, number, RegExp]>([
  [
    'an admin of the one that gets it alone',
    'checkout',
    ['mine'],
    {},
    403,
    /does not have the role admin for checkout/,
  ],
  [
    'an admin of the one that loses it alone',
    'checkout',
    ['checkout'],
    {},
    403,
    /does not have the role admin for mine/,
  ],
  [
    'for a target that the service does not have',
    'checkout',
    ['mine', 'checkout'],
    OTHER,
    409,
    /is on checkout:live, and not on/,
  ],
  [
    'a request that takes it from a service that does not have it',
    'basket',
    ['mine', 'basket'],
    {},
    409,
    /belongs to service checkout/,
  ],
])('a target is not taken over by %s', async (_what, from, services, change, status, says) => {
  const answer = await take(from, admin(...services), change);
  expect({ status: answer.status, detail: answer.body.detail }).toEqual({
    status,
    detail: expect.stringMatching(says),
  });
  expect([...api.scene.ledger().services.keys()]).toEqual(['checkout']);
});

test('a target with a deployment in flight is not taken over', async () => {
  const id = await deploy(api.scene);
  const { status, body } = await take('checkout', admin('mine', 'checkout'));
  expect({ status, detail: body.detail }).toEqual({ status: 409, detail: expect.stringContaining(`Deployment ${id}`) });
});

test.each([
  ['an ARN', 'arn:aws:lambda:eu-west-1:123456789012:function:checkout'],
  ['a part of an ARN', '123456789012:function:checkout'],
  ['a name with an alias', 'checkout:live'],
  ['a name with a version', 'checkout:$LATEST'],
  ['a name with a space', 'checkout '],
])('a function is named by its name alone: %s is refused, so that one target has one key', async (_what, name) => {
  const { status, body } = await put('mine', { target: { ...target, function: name } }, admin('mine'));
  expect({ status, pointers: body.errors.map(({ pointer }: { pointer: string }) => pointer) }).toEqual({
    status: 422,
    pointers: ['/target/function'],
  });
});

test('the alias that pins the version before cannot be a target', async () => {
  const pinned = { target: { ...target, alias: 'slipway-before-live' } };
  expect(await put('mine', pinned, admin('mine'))).toMatchObject({ status: 422 });
});

/**
 * Registers a second alias of the function as service `mine`: another target, and a second service with one function.
 */
async function mineBesideCheckout() {
  api.scene.cloud.lambda.putAlias({ functionName: 'checkout', alias: 'mine', functionVersion: '41' });
  expect(await put('mine', { target: { ...target, alias: 'mine' } }, admin('mine'))).toMatchObject({ status: 201 });
}
const deployMine = () => ask({ body: { ...DEPLOY, service: 'mine' } }, admin('mine'));

test('a function whose tag names a service is deployed to by that service alone, on each of its aliases', async () => {
  tagged('checkout');
  await mineBesideCheckout();
  const { status, body } = await deployMine();
  expect({ status, findings: body.findings }).toEqual({
    status: 422,
    findings: [
      {
        severity: 'error',
        check: 'targetIsOwn',
        subject: 'checkout:mine',
        detail:
          'The tag slipway:service of function checkout names checkout, so mine may not deploy to it. Correct the target of mine, or have the owner of the function add mine to its tag.',
      },
    ],
  });
  expect(api.scene.ledger().deployments.size).toBe(0);
  expect(await ask({}, admin('checkout'))).toMatchObject({ status: 202 });
});

test('the check of a service reports the tag too, and so does a dry run', async () => {
  tagged('basket');
  const asOwner = admin('checkout');
  const found = { findings: [expect.objectContaining({ check: 'targetIsOwn', severity: 'error' })] };
  expect((await ask({ path: '/services/checkout/check', body: {} }, asOwner)).body).toMatchObject(found);
  expect((await ask({ body: { ...DEPLOY, dryRun: true } }, asOwner)).body).toMatchObject(found);
});

test('a retry and a delivery of the pipeline are checked against the tag as well', async () => {
  const id = await deploy(api.scene);
  const ended = { ...api.scene.deployment(id), status: 'rolledBack' } as const;
  await api.scene.ports.deployments.record(id, () => ({ deployment: ended, entries: [] }));
  tagged('basket');
  expect(await ask({ path: `/deployments/${id}/retry` }, admin('checkout'))).toMatchObject({ status: 422 });
  const delivered = openDelivery(api.scene.ports, { order: DELIVERY, delivery: 'action-1' });
  await expect(delivered).rejects.toMatchObject({ message: expect.stringContaining('tag slipway:service') });
});

test.each(['mine checkout', undefined])('with the tag %j both services deploy, each to its alias', async (text) => {
  if (text !== undefined) tagged(text);
  await mineBesideCheckout();
  expect(await deployMine()).toMatchObject({ status: 202 });
  expect(await ask({}, admin('checkout'))).toMatchObject({ status: 202 });
});
