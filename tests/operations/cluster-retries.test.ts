import { type ErrorName, SlipwayError } from '../../src/domain/errors.ts';
import { patientCluster } from '../../src/operations/workload/patient-cluster.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { aLiveWorkload, aWorkload, SECOND } from './a-workload.ts';
import { struckPort } from './a-workload-port.ts';

const METHODS = ['get', 'list', 'apply', 'replace', 'scale', 'remove', 'denied', 'build', 'diff'] as const;

/**
 * A port whose methods fail `times` times with an error of that name. After that, each call returns its own name and
 * its arguments.
 */
function failing(times: number, name: ErrorName) {
  const calls: unknown[] = [];
  const method =
    (called: string) =>
    async (...given: unknown[]) => {
      calls.push(called);
      if (calls.length <= times) throw new SlipwayError(name, `${called} failed.`);
      return [called, ...given];
    };
  return { calls, port: Object.fromEntries(METHODS.map((called) => [called, method(called)])) as unknown as Cluster };
}
const waits: number[] = [];
const pause = { sleep: async (ms: number) => void waits.push(ms) };
const call = (cluster: Cluster, method: string, ...given: unknown[]) =>
  (cluster as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>)[method]?.(...given);
beforeEach(() => waits.splice(0));

test.each(METHODS)('a %s that failed for a passing reason is repeated, later each time', async (method) => {
  const { port, calls } = failing(5, 'Transient');

  const given = method === 'apply' ? { objects: ['this'] } : 'this';
  expect(await call(patientCluster(port, pause), method, given, 'that')).toEqual(
    ['scale', 'denied'].includes(method) ? [method, given, 'that'] : [method, given],
  );
  expect(calls).toHaveLength(6);
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
});

test('a call that keeps failing is repeated a bounded number of times', async () => {
  const { port, calls } = failing(99, 'Transient');

  await expect(call(patientCluster(port, pause), 'get')).rejects.toMatchObject({ name: 'Transient' });
  expect(calls).toHaveLength(6);
});

test.each(['InvalidRequest', 'NotFound', 'Conflict', 'Broken'] as const)('a %s is not repeated', async (name) => {
  const { port, calls } = failing(1, name);

  await expect(call(patientCluster(port, pause), 'get')).rejects.toMatchObject({ name });
  expect(calls).toHaveLength(1);
  expect(waits).toEqual([]);
});

test("an error that is not one of Slipway's five fails the task", async () => {
  const workload = aWorkload();
  const broken: Cluster = {
    ...workload.cluster.port,
    get: async () => {
      throw new TypeError('x is not a function');
    },
  };
  await expect(workload.rollout('good:1', { fence: 1 }).plan(broken)).rejects.toThrow(TypeError);
});

test('an API server that is away for some seconds delays an order and does not fail it', async () => {
  const workload = await aLiveWorkload({ route: { kind: 'httpRoute', name: 'shop-front' } });
  const rollout = workload.rollout('good:2', { fence: 2 });
  workload.cluster.goAway(workload.scheduler.now() + 10 * SECOND);
  await rollout.plan();
  workload.cluster.goAway(workload.scheduler.now() + 10 * SECOND);
  await rollout.weigh(25);

  expect(workload.weights()).toEqual({ orders: 75, 'orders-canary': 25 });
});

test('an API server that is away for longer fails a forward order, and a rollback order is started again', async () => {
  const workload = await aLiveWorkload();
  const rollout = workload.rollout('good:2', { fence: 2 });
  await rollout.plan();
  await rollout.weigh(25);
  workload.cluster.goAway(workload.scheduler.now() + 40 * SECOND);

  await expect(rollout.weigh(50)).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringContaining('cannot be reached'),
  });
  await expect(rollout.takeBack()).rejects.toMatchObject({ name: 'Transient' });
  await workload.pass(40 * SECOND);
  await rollout.takeBack();
  expect(workload.pods()).toEqual({ 'good:1': 3 });
});

test('a lost answer after any change is found in the next read, and no change is made twice', async () => {
  const workload = await aLiveWorkload({ route: { kind: 'httpRoute', name: 'shop-front' } });
  const { port } = workload.cluster;
  const lossy: Cluster = { ...port, ...lost(port, 'replace'), ...lost(port, 'apply'), ...lost(port, 'remove') };
  const rollout = workload.rollout('good:2', { fence: 2 });

  await rollout.plan(lossy);
  expect(await rollout.weigh(25, lossy)).toMatchObject({ percent: 25, foundPercent: 0 });
  expect(workload.calls()).toEqual({ 'good:1': 75, 'good:2': 25 });
  expect(await rollout.takeBack(lossy)).toMatchObject({ foundPercent: 25 });
  expect(workload.calls()).toEqual({ 'good:1': 100 });
});

/** Loses the first answer of a method, after its effect. */
function lost(port: Cluster, method: 'replace' | 'apply' | 'remove'): Partial<Cluster> {
  let calls = 0;
  const run = port[method] as (given: unknown) => Promise<unknown>;
  const lossy = async (given: unknown) => {
    calls += 1;
    const answer = await run(given);
    if (calls % 2 === 1) throw new SlipwayError('Transient', `The answer to ${method} was lost.`);
    return answer;
  };
  return { [method]: lossy };
}

test('a record that changes before every write is left for another try', async () => {
  const workload = await aLiveWorkload();
  const rollout = workload.rollout('good:2', { fence: 2 });
  await rollout.plan();
  const ref = workload.ref('ConfigMap', 'slipway-orders');
  let writes = 0;
  const { port } = struckPort(workload.cluster.port, ({ method }) => {
    if (method !== 'replace') return;
    writes += 1;
    workload.cluster.changeByHand({
      manager: 'team',
      ref,
      change: { metadata: { annotations: { writes: String(writes) } } },
    });
  });
  const order = { ...rollout.orders.takeBack() };

  await expect(workload.run(order, port)).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringContaining('The record of orders changed 5 times while Slipway wrote it'),
  });
});
