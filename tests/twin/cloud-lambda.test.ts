import { rehearsalCloud } from '../../src/twin/cloud/cloud.ts';
import { deleteOldVersions } from '../../src/twin/lambda/janitor.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';
import type { Behaviour } from '../../src/twin/world/world.ts';

const STARTS_AT = Date.UTC(2030, 0, 1);
const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
const artifact = (key: string) => ({ s3: { bucket: 'code', key } });
const good: Behaviour = { errorPercent: 0, medianMs: 20, p99Ms: 80 };

function world(
  order: { seed?: number; behaviours?: Record<string, Behaviour>; staleReads?: number; othersPerSecond?: number } = {},
) {
  const scheduler = virtualScheduler({ startAt: STARTS_AT });
  const cloud = rehearsalCloud({
    scheduler,
    random: seededRandom(order.seed ?? 1),
    mode: 'virtual',
    metricsDelayMs: 0,
    behaviours: { good, bad: { ...good, errorPercent: 30 }, ...order.behaviours },
    controlPlane: {
      staleReads: { probability: order.staleReads ?? 0, withinMs: 1_000 },
      othersPerSecond: order.othersPerSecond ?? 0,
    },
  });
  cloud.addFunction({ name: 'checkout', alias: 'live', artifact: artifact('good') });
  const publish = (key: string) => cloud.ports.versions.publish({ target, artifact: artifact(key), deploymentId: key });
  const shift = async (canary: string, canaryPercent: number) => {
    const { revision } = await cloud.ports.traffic.read(target);
    return cloud.ports.traffic.setSplit({ target, stable: '1', canary, canaryPercent, revision });
  };
  const load = (requestsPerSecond: number) =>
    cloud.setLoad({ functionName: 'checkout', alias: 'live', requestsPerSecond });
  return { cloud, scheduler, publish, shift, load };
}

test('the control plane takes fifteen calls at once, and then fifteen calls a second', async () => {
  const { cloud, scheduler } = world();
  const calls = async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => cloud.ports.versions.describe(target, '1')),
    );
    return results.filter(({ status }) => status === 'fulfilled').length;
  };
  expect(await calls()).toBe(15);
  const throttled = { name: 'Transient', details: { throttled: true } };
  await expect(cloud.ports.traffic.read(target)).rejects.toMatchObject(throttled);
  await scheduler.advanceTo(STARTS_AT + 200);
  expect(await calls()).toBe(3);
});

test('a read of the traffic takes two calls, as it does in AWS', async () => {
  const { cloud } = world();
  const reads = await Promise.allSettled(Array.from({ length: 10 }, () => cloud.ports.traffic.read(target)));
  expect(reads.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
});

test('calls of other tools in the account use a part of the fifteen calls', async () => {
  const { cloud, scheduler } = world({ othersPerSecond: 10 });
  let got = 0;
  for (let second = 1; second <= 60; second += 1) {
    await scheduler.advanceTo(STARTS_AT + second * 1_000);
    const asked = Array.from({ length: 20 }, () => cloud.ports.versions.describe(target, '1'));
    got += (await Promise.allSettled(asked)).filter(({ status }) => status === 'fulfilled').length;
  }
  expect(got / 60).toBeGreaterThan(4);
  expect(got / 60).toBeLessThan(9);
});

test('a rollback that is throttled repeats its call within a second and succeeds', async () => {
  const { cloud, scheduler, publish, shift } = world();
  const canary = await publish('bad');
  await scheduler.advanceTo(STARTS_AT + 2_000);
  const { revision } = await shift(canary, 10);
  await Promise.allSettled(Array.from({ length: 20 }, () => cloud.ports.versions.describe(target, '1')));
  await expect(shift(canary, 20)).rejects.toMatchObject({ name: 'Transient' });
  const back = cloud.ports.traffic.takeBack({ target, stable: '1', canary, revision });
  await scheduler.advanceTo(STARTS_AT + 3_000);
  await back;
  expect(cloud.lambda.getAlias('checkout', { alias: 'live' }).weights).toEqual({});
});

test('with eventual consistency a read may return the earlier state of the alias for a while', async () => {
  const { cloud, scheduler, publish, shift } = world({ staleReads: 1 });
  const version = await publish('bad');
  await shift(version, 10);
  expect(await cloud.ports.traffic.read(target)).toMatchObject({ canaryPercent: 0 });
  await scheduler.advanceTo(STARTS_AT + 1_000);
  expect(await cloud.ports.traffic.read(target)).toMatchObject({ canaryPercent: 10 });
});

test('the two versions of a split alias must have the same role', async () => {
  const { cloud, shift } = world();
  const code = { kind: 'modelled', behaviour: good } as const;
  const { version } = cloud.lambda.publishVersion({ functionName: 'checkout', code, roleArn: 'arn:other' });
  await expect(shift(version, 10)).rejects.toMatchObject({ name: 'Broken' });
});

test('the two versions of a split alias must have the same dead-letter queue', async () => {
  const { cloud, publish, shift } = world();
  cloud.lambda.putFunction({ name: 'checkout', deadLetterArn: 'arn:queue' });
  const version = await publish('bad');
  await expect(shift(version, 10)).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('dead-letter queues'),
  });
});

test('a weighted alias accepts neither provisioned concurrency nor a second weight', async () => {
  const { cloud, publish, shift } = world();
  const canary = await publish('bad');
  await shift(canary, 10);
  expect(() => cloud.lambda.putProvisionedConcurrency('checkout', { alias: 'live', count: 1 })).toThrow('one version');
  const order = { functionName: 'checkout', alias: 'live', functionVersion: '1' };
  expect(() => cloud.lambda.updateAlias({ ...order, weights: { 2: 0.1, 3: 0.1 } })).toThrow('two versions');
  expect(() => cloud.lambda.updateAlias({ ...order, weights: { 2: 1.1 } })).toThrow('between 0 and 1');
  expect(() => cloud.lambda.updateAlias({ ...order, weights: { 1: 0.1 } })).toThrow('itself');
});

test('the janitor deletes old versions, except those that an alias holds', async () => {
  const { cloud } = world();
  const code = { kind: 'modelled', behaviour: good } as const;
  for (let count = 0; count < 5; count += 1) cloud.lambda.publishVersion({ functionName: 'checkout', code });
  await cloud.ports.traffic.pin(target, '3');
  expect(deleteOldVersions(cloud.lambda, { functionName: 'checkout', keep: 2 })).toEqual(['4', '2']);
});

test('code without a modelled behaviour is refused in virtual time, by its name', async () => {
  await expect(world().publish('unknown')).rejects.toMatchObject({ name: 'NotFound', message: /unknown/ });
});

test('single calls follow the weights of the alias', async () => {
  const { cloud, scheduler, publish, shift } = world();
  await shift(await publish('bad'), 20);
  const calls = Array.from({ length: 2_000 }, () =>
    cloud.invoke({ functionName: 'checkout', qualifier: 'live', event: {} }),
  );
  await scheduler.advanceTo(STARTS_AT + 10_000);
  const onCanary = (await Promise.all(calls)).filter(({ executedVersion }) => executedVersion === '2');
  expect(onCanary.length).toBeGreaterThan(400 - 6 * 18);
  expect(onCanary.length).toBeLessThan(400 + 6 * 18);
  expect(cloud.totals('checkout').get('2')?.harmed).toBe(
    onCanary.filter(({ outcome }) => outcome !== 'answered').length,
  );
});

test('traffic that is drawn as a whole follows the weights, the error rate and the request rate', async () => {
  const { cloud, scheduler, publish, shift, load } = world();
  await shift(await publish('bad'), 10);
  load(1_000);
  await scheduler.advanceTo(STARTS_AT + 600_000);
  const totals = cloud.totals('checkout');
  const [stable, canary] = [totals.get('1'), totals.get('2')];
  expect((stable?.requests ?? 0) + (canary?.requests ?? 0)).toBeCloseTo(600_000, -4);
  expect((canary?.requests ?? 0) / 60_000).toBeCloseTo(1, 1);
  expect((canary?.errors ?? 0) / (canary?.requests ?? 0)).toBeCloseTo(0.3, 1);
  expect(stable?.harmed).toBe(0);
});

test('each call follows the split of its own moment, also in the middle of a bucket', async () => {
  const { cloud, scheduler, publish, shift, load } = world();
  load(100);
  await scheduler.advanceTo(STARTS_AT + 14_000);
  await shift(await publish('bad'), 100);
  await scheduler.advanceTo(STARTS_AT + 15_000);
  const { revision } = await cloud.ports.traffic.read(target);
  await cloud.ports.traffic.takeBack({ target, stable: '1', canary: '2', revision });
  await scheduler.advanceTo(STARTS_AT + 30_000);
  const canary = cloud.totals('checkout').get('2');
  expect(canary?.requests).toBeGreaterThan(60);
  expect(canary?.requests).toBeLessThan(140);
  expect(canary?.firstBadAt).toBeGreaterThan(STARTS_AT + 14_000);
  expect(canary?.firstBadAt).toBeLessThan(STARTS_AT + 14_500);
});

test('the same seed gives the same history, also when the figures are read in between', async () => {
  const run = async (looks: boolean) => {
    const { cloud, scheduler, publish, shift, load } = world({ seed: 5 });
    load(100);
    await shift(await publish('bad'), 10);
    const query = { id: 'q', target, stable: '1', canary: '2', from: STARTS_AT, to: STARTS_AT + 60_000 } as const;
    for (let at = 1; at <= 7; at += 1) {
      await scheduler.advanceTo(STARTS_AT + at * 10_000);
      if (looks) await cloud.ports.metrics.read([{ ...query, periodSeconds: 10 }]);
    }
    return cloud.ports.metrics.read([{ ...query, periodSeconds: 60 }]);
  };
  expect(await run(true)).toEqual(await run(false));
});

test('a modelled latency gives its 99th percentile, and a cold start adds its time', async () => {
  const { cloud, scheduler, load } = world({ behaviours: { good: { ...good, coldStartMs: 900 } } });
  load(500);
  await scheduler.advanceTo(STARTS_AT + 120_000);
  const query = { target, stable: '1', canary: '2', periodSeconds: 60, to: STARTS_AT + 120_000 } as const;
  const rows = await cloud.ports.metrics.read([{ id: 'all', from: STARTS_AT, ...query }]);
  const [cold, warm] = rows.get('all') ?? [];
  expect(warm?.stable.durationP99Ms).toBeGreaterThan(70);
  expect(warm?.stable.durationP99Ms).toBeLessThan(90);
  expect(cold?.stable.requests).toBeGreaterThan(0);
});

test('calls above the concurrency are throttled, and calls longer than the timeout fail', async () => {
  const { cloud, scheduler, load } = world({
    behaviours: { slow: { errorPercent: 0, medianMs: 2_000, p99Ms: 9_000 } },
  });
  cloud.lambda.putFunction({ name: 'slow', concurrency: 10, timeoutMs: 3_000 });
  cloud.addFunction({ name: 'slow', alias: 'live', artifact: artifact('slow') });
  cloud.setLoad({ functionName: 'slow', alias: 'live', requestsPerSecond: 50 });
  load(0);
  await scheduler.advanceTo(STARTS_AT + 60_000);
  const totals = cloud.totals('slow').get('1');
  expect(totals?.throttles).toBeGreaterThan(0);
  expect(totals?.errors).toBeGreaterThan(0);
  expect(totals?.harmed).toBe((totals?.throttles ?? 0) + (totals?.errors ?? 0));
  expect(cloud.totals('checkout').size).toBe(0);
});

test('a version can become bad while it runs', async () => {
  const { cloud, scheduler, load } = world();
  load(100);
  await scheduler.advanceTo(STARTS_AT + 30_000);
  const behaviour = { ...good, errorPercent: 100 };
  cloud.lambda.changeBehaviour('checkout', { version: '1', code: { kind: 'modelled', behaviour } });
  await scheduler.advanceTo(STARTS_AT + 60_000);
  const { requests = 0, errors = 0, firstBadAt } = cloud.totals('checkout').get('1') ?? {};
  expect(errors / requests).toBeCloseTo(0.5, 1);
  expect(firstBadAt).toBeGreaterThan(STARTS_AT + 30_000);
});

test('the history holds every change of the split once, and no call that changes nothing', async () => {
  const { cloud, publish, shift } = world();
  const canary = await publish('bad');
  await shift(canary, 10);
  await shift(canary, 10);
  await shift(canary, 100);
  expect(cloud.history().map(({ stable, canaryPercent }) => [stable, canaryPercent])).toEqual([
    ['1', 0],
    ['1', 10],
    ['2', 0],
  ]);
});

test('metrics older than three hours are deleted, and totals are kept', async () => {
  const { cloud, scheduler, load } = world();
  load(1);
  await scheduler.advanceTo(STARTS_AT + 4 * 3_600_000);
  const query = { id: 'q', target, stable: '1', canary: '2', periodSeconds: 60 } as const;
  const rows = await cloud.ports.metrics.read([{ ...query, from: STARTS_AT, to: STARTS_AT + 4 * 3_600_000 }]);
  const oldest = rows.get('q')?.[0]?.startsAt ?? 0;
  expect(oldest).toBeGreaterThan(STARTS_AT + 0.9 * 3_600_000);
  expect(cloud.totals('checkout').get('1')?.requests).toBeGreaterThan(14_400 * 0.9);
});
