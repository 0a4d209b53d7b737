import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rehearsalCloud } from '../../src/twin/cloud/cloud.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { realScheduler, virtualScheduler } from '../../src/twin/scheduler.ts';

const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
const artifact = (key: string) => ({ s3: { bucket: 'local', key } });
const MINUTE = 60_000;

function aCloud() {
  const scheduler = virtualScheduler({ startAt: Date.UTC(2030, 0, 1) });
  const cloud = rehearsalCloud({
    scheduler,
    random: seededRandom('triggers'),
    mode: 'virtual',
    behaviours: {
      good: { errorPercent: 0, medianMs: 20, p99Ms: 80 },
      bad: { errorPercent: 100, medianMs: 20, p99Ms: 80 },
    },
  });
  cloud.addFunction({ name: 'checkout', alias: 'live', artifact: artifact('good') });
  const pass = (ms: number) => scheduler.advanceTo(scheduler.now() + ms);
  return { cloud, pass, lambda: cloud.lambda };
}

test('calls of the function without an alias get new code as soon as it is uploaded, whatever the alias has', async () => {
  const { cloud, pass } = aCloud();
  cloud.addTrigger({ functionName: 'checkout', kind: 'api', name: 'shop', requestsPerSecond: 10 });
  cloud.addTrigger({ functionName: 'checkout', kind: 'queue', name: 'jobs', calledAs: 'live', requestsPerSecond: 10 });
  await pass(MINUTE);
  expect([...cloud.totals('checkout').values()].every(({ errors }) => errors === 0)).toBe(true);

  const version = await cloud.ports.versions.publish({ target, artifact: artifact('bad'), deploymentId: 'dep-1' });
  await pass(MINUTE);

  const totals = cloud.totals('checkout');
  expect(totals.get('$LATEST')?.errors).toBeGreaterThan(400);
  expect(totals.get('1')?.errors).toBe(0);
  expect(totals.has(version)).toBe(false);

  // A rollback of the alias changes nothing for these calls: the alias never left version 1.
  await cloud.ports.traffic.pin(target, '1');
  const before = cloud.totals('checkout').get('$LATEST')?.errors ?? 0;
  await pass(MINUTE);
  expect(cloud.totals('checkout').get('$LATEST')?.errors).toBeGreaterThan(before);
  await cloud.close();
});

test('calls of a version by its number reach only that version', async () => {
  const { cloud, pass } = aCloud();
  cloud.addTrigger({ functionName: 'checkout', kind: 'topic', name: 'orders', calledAs: '1', requestsPerSecond: 10 });
  await pass(MINUTE);
  expect([...cloud.totals('checkout').keys()]).toEqual(['1']);
  expect((await cloud.ports.callers.read(target)).calls?.[0]?.named).toEqual({ 1: expect.any(Number) });
  await cloud.close();
});

test('triggers of one name share its calls', async () => {
  const { cloud } = aCloud();
  cloud.addTrigger({ functionName: 'checkout', kind: 'api', name: 'shop', requestsPerSecond: 10 });
  cloud.addTrigger({ functionName: 'checkout', kind: 'schedule', name: 'nightly', requestsPerSecond: 1 });
  expect(cloud.loads()).toEqual([{ functionName: 'checkout', alias: '$LATEST', requestsPerSecond: 11 }]);
  await cloud.close();
});

test('Lambda refuses a trigger that the function cannot have', async () => {
  const { cloud, lambda } = aCloud();
  const add = (order: Parameters<typeof lambda.addTrigger>[1]) => () => lambda.addTrigger('checkout', order);
  expect(add({ kind: 'api', name: 'shop', calledAs: 'beta' })).toThrow(/has no alias beta/);
  expect(add({ kind: 'api', name: 'shop', calledAs: '7' })).toThrow(/has no version 7/);
  expect(add({ kind: 'url', name: 'shop', calledAs: '1' })).toThrow(/of a function or of an alias/);
  expect(() => lambda.addTrigger('basket', { kind: 'api', name: 'shop' })).toThrow(/There is no function basket/);
  add({ kind: 'queue', name: 'jobs' })();
  // A queue has one mapping for a function, also by another name of the function. An API may have a permission for each
  // name.
  expect(add({ kind: 'queue', name: 'jobs', calledAs: 'live' })).toThrow(/has a trigger for .*jobs already/);
  add({ kind: 'api', name: 'shop' })();
  add({ kind: 'api', name: 'shop', calledAs: 'live' })();
  expect(add({ kind: 'api', name: 'shop' })).toThrow(/already/);
  add({ kind: 'url', name: 'shop' })();
  expect(add({ kind: 'url', name: 'other' })).toThrow(/already/);
  await cloud.close();
});

test('a trigger that is removed is gone, and the removal of its alias also removes the policy and the URL', async () => {
  const { cloud, lambda } = aCloud();
  const kept = { kind: 'api', name: 'shop' } as const;
  lambda.addTrigger('checkout', kept);
  lambda.addTrigger('checkout', { kind: 'url', name: 'shop', calledAs: 'live' });
  lambda.deleteAlias('checkout', { alias: 'live' });
  expect((await cloud.ports.callers.read(target)).triggers).toMatchObject([{ kind: 'permission' }]);
  lambda.removeTrigger('checkout', kept);
  expect((await cloud.ports.callers.read(target)).triggers).toEqual([]);
  expect(() => lambda.removeTrigger('checkout', kept)).toThrow(/has no trigger/);
  await cloud.close();
});

test('a function without the tag is refused by every port except the one that reads its tags', async () => {
  const { cloud, lambda } = aCloud();
  lambda.putFunction({ name: 'checkout', tags: {} });
  const { traffic, versions, owners, callers } = cloud.ports;
  const refused = { name: 'Broken', details: { denied: true, code: 'AccessDeniedException' } };
  const order = { target, stable: '1', canary: '1', canaryPercent: 0, revision: 'r' };
  await expect(traffic.read(target)).rejects.toMatchObject(refused);
  await expect(traffic.setSplit(order)).rejects.toMatchObject(refused);
  await expect(traffic.listSplits('checkout')).rejects.toMatchObject(refused);
  await expect(versions.describe(target, '1')).rejects.toMatchObject(refused);
  await expect(versions.publish({ target, artifact: artifact('bad'), deploymentId: 'dep-1' })).rejects.toMatchObject(
    refused,
  );
  expect(await owners.tags('checkout')).toEqual({});
  expect((await callers.read(target)).unread).toEqual([expect.stringContaining('slipway:managed')]);
  await cloud.close();
});

test('in real time, too, calls of the function without an alias run the code that was uploaded last', async () => {
  const root = mkdtempSync(join(tmpdir(), 'slipway-latest-'));
  for (const key of ['one', 'two']) {
    writeFileSync(join(root, `${key}.mjs`), `export const handler = async () => '${key}';`);
  }
  const cloud = rehearsalCloud({ scheduler: realScheduler(), random: seededRandom(1), mode: 'real', root });
  const call = async (qualifier?: string) => cloud.invoke({ functionName: 'checkout', qualifier, event: {} });
  await cloud.putHandler({ name: 'checkout', alias: 'live', artifact: artifact('one.mjs') });
  expect([await call(), await call('live')]).toMatchObject([{ payload: 'one' }, { payload: 'one' }]);
  await cloud.ports.versions.publish({ target, artifact: artifact('two.mjs'), deploymentId: 'dep-1' });
  expect([await call(), await call('live')]).toMatchObject([{ payload: 'two' }, { payload: 'one' }]);
  await cloud.close();
  rmSync(root, { recursive: true });
});

test('the triggers of a spec replace the earlier ones, and do not change the alias of another service', async () => {
  const { cloud, lambda } = aCloud();
  lambda.putAlias({ functionName: 'checkout', alias: 'other', functionVersion: '1' });
  cloud.addTrigger({ functionName: 'checkout', kind: 'api', name: 'others', calledAs: 'other', requestsPerSecond: 1 });
  cloud.setLoad({ functionName: 'checkout', alias: 'live', requestsPerSecond: 5 });
  const set = (...triggers: Parameters<typeof cloud.setTriggers>[0]['triggers']) =>
    cloud.setTriggers({ functionName: 'checkout', alias: 'live', triggers });
  const rates = () => Object.fromEntries(cloud.loads().map((load) => [load.alias, load.requestsPerSecond]));
  set({ kind: 'api', name: 'shop', requestsPerSecond: 20 }, { kind: 'queue', name: 'jobs', requestsPerSecond: 2 });
  expect(rates()).toEqual({ other: 1, live: 5, $LATEST: 22 });
  set({ kind: 'api', name: 'shop', calledAs: 'live' });
  expect(rates()).toEqual({ other: 1, live: 5, $LATEST: 0 });
  expect(lambda.getFunction('checkout').triggers?.map(({ calledAs }) => calledAs)).toEqual(['other', 'live']);
  await cloud.close();
});
