import { rehearsalCloud } from '../../src/twin/cloud/cloud.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';

const STARTS_AT = Date.UTC(2026, 0, 5, 10);
const MINUTE = 60_000;
const behaviour = (answer: string) => ({ errorPercent: 0, medianMs: 20, p99Ms: 80, answer });
const code = (answer: string) => ({ kind: 'modelled', behaviour: behaviour(answer) }) as const;
const name = 'checkout';

function world() {
  const scheduler = virtualScheduler({ startAt: STARTS_AT });
  const random = seededRandom('versions');
  const cloud = rehearsalCloud({ scheduler, random, mode: 'virtual', behaviours: { old: behaviour('old') } });
  cloud.addFunction({ name, alias: 'live', artifact: { image: 'old' } });
  const call = async (qualifier?: string) => {
    const answer = cloud.invoke({ functionName: name, qualifier, event: {} });
    await scheduler.advanceTo(scheduler.now() + 5_000);
    return answer;
  };
  const point = (functionVersion: string, weights: Record<string, number> = {}) =>
    cloud.lambda.putAlias({ functionName: name, alias: 'live', functionVersion, weights });
  const pass = (ms: number) => scheduler.advanceTo(scheduler.now() + ms);
  return { cloud, call, point, pass };
}

test('an alias on $LATEST serves uploaded code at once, published or not', async () => {
  const { cloud, call, point } = world();
  point('$LATEST');
  cloud.lambda.updateCode({ functionName: name, code: code('uploaded') });
  expect(await call('live')).toMatchObject({ payload: 'uploaded', executedVersion: '$LATEST' });
  cloud.lambda.publishVersion({ functionName: name, code: code('published') });
  expect(await call('live')).toMatchObject({ payload: 'published' });
  expect(await call('1')).toMatchObject({ payload: 'old' });
});

test.each([
  ['its main version', '$LATEST', { 1: 0.1 }],
  ['its second version', '1', { $LATEST: 0.1 }],
])('an alias with $LATEST as %s is not split', async (_which, functionVersion, weights) => {
  const { cloud, point } = world();
  expect(() => point(functionVersion, weights)).toThrow(/\$LATEST is not supported for an alias pointing to more/);
  expect(cloud.lambda.getAlias(name, { alias: 'live' })).toMatchObject({ functionVersion: '1', weights: {} });
});

test('a slow version is Pending and takes no calls and no traffic, and then becomes Active', async () => {
  const { cloud, call, point, pass } = world();
  cloud.lambda.putFunction({ name, preparation: { takesMs: 3 * MINUTE, becomes: 'Active', reason: '' } });
  cloud.lambda.publishVersion({ functionName: name, code: code('new') });
  expect(cloud.lambda.describeVersion(name, { version: '2' })).toMatchObject({ state: 'Pending' });
  expect(await call('2')).toMatchObject({ outcome: 'failed', errorType: 'ResourceConflictException' });
  expect(cloud.totals(name).get('2')).toBeUndefined();
  expect(() => point('1', { 2: 0.1 })).toThrow(/in the state Pending/);
  await pass(3 * MINUTE);
  expect(cloud.lambda.describeVersion(name, { version: '2' })).toMatchObject({ state: 'Active', stateReason: null });
  point('1', { 2: 0.1 });
  expect(await call('2')).toMatchObject({ payload: 'new' });
});

test('a version that fails to start never takes a call, and gives the reason', async () => {
  const { cloud, call, point, pass } = world();
  cloud.lambda.putFunction({ name, preparation: { takesMs: MINUTE, becomes: 'Failed', reason: 'init failed' } });
  cloud.lambda.publishVersion({ functionName: name, code: code('new') });
  await pass(MINUTE);
  expect(cloud.lambda.describeVersion(name, { version: '2' })).toMatchObject({
    state: 'Failed',
    stateReason: 'init failed',
  });
  expect(await call('2')).toMatchObject({ outcome: 'failed' });
  expect(() => point('2')).toThrow(/in the state Failed: init failed/);
});

test('an Inactive version fails its first call, which wakes it, and takes calls a minute later', async () => {
  const { cloud, call, pass } = world();
  const readiness = { pendingUntil: 0, becomes: 'Inactive', reason: 'Idle' } as const;
  cloud.lambda.setReadiness(name, { version: '1', readiness });
  expect(await call('live')).toMatchObject({ outcome: 'failed' });
  expect(cloud.lambda.describeVersion(name, { version: '1' })).toMatchObject({ state: 'Pending' });
  await pass(MINUTE);
  expect(await call('live')).toMatchObject({ payload: 'old' });
});
