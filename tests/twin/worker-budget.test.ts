/** Tests how the worker threads of all functions share a limit, with real workers. */
import { workerBudget } from '../../src/twin/handlers/worker-budget.ts';
import { type Runner, workerPool } from '../../src/twin/handlers/worker-pool.ts';

const runners: Runner[] = [];
afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.close()));
});

const COUNTS = `let calls = 0;
export const handler = async ({ ms = 0 } = {}) => { calls += 1; await new Promise((r) => setTimeout(r, ms)); return calls; };`;

function pool(budget: ReturnType<typeof workerBudget>): Runner {
  const settings = { timeoutMs: 20_000, memoryMb: 64, environment: {}, context: {}, functionArn: 'arn' };
  const load = async () => ({
    path: '/tmp/counts.mjs',
    source: COUNTS,
    format: 'module' as const,
    exported: 'handler',
    taskRoot: '/tmp',
  });
  const made = workerPool({ ...settings, load, budget });
  runners.push(made);
  return made;
}

async function payloadOf(called: ReturnType<Runner['run']>): Promise<unknown> {
  const result = await called;
  return result.outcome === 'answered' ? result.payload : result;
}

test('a handler keeps the state of its modules between calls', async () => {
  const one = pool(workerBudget());
  expect(await payloadOf(one.run({}))).toBe(1);
  expect(await payloadOf(one.run({}))).toBe(2);
});

test('when all places are taken, the worker that has been idle longest ends, and its version starts again later', async () => {
  const budget = workerBudget(2);
  const [first, second, third] = [pool(budget), pool(budget), pool(budget)];
  await first.run({});
  await second.run({});
  await second.run({});
  expect(await payloadOf(third.run({}))).toBe(1);
  expect(await payloadOf(second.run({}))).toBe(3);
  expect(await payloadOf(first.run({}))).toBe(1);
});

test('ten versions under constant traffic all get answers from two places', async () => {
  const budget = workerBudget(2);
  const answered = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const runner = pool(budget);
      const results = await Promise.all(Array.from({ length: 6 }, () => runner.run({ ms: 60 })));
      return results.filter(({ outcome }) => outcome === 'answered').length;
    }),
  );
  expect(answered).toEqual(Array.from({ length: 10 }, () => 6));
});

test('a pool that closes while it waits for a place gives the place back', async () => {
  const budget = workerBudget(1);
  const [busy, waiting, last] = [pool(budget), pool(budget), pool(budget)];
  const working = busy.run({ ms: 300 });
  const refused = waiting.run({});
  const served = last.run({});
  await waiting.close();
  expect(await refused).toEqual({ outcome: 'throttled' });
  expect(await payloadOf(working)).toBe(1);
  expect(await payloadOf(served)).toBe(1);
});

test('a call that the end of its pool interrupts is not counted as a failure of the handler', async () => {
  const one = pool(workerBudget());
  await one.run({});
  const working = one.run({ ms: 10_000 });
  const loading = pool(workerBudget()).run({ ms: 10_000 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await Promise.all(runners.map((runner) => runner.close()));
  expect([await working, await loading]).toEqual([{ outcome: 'throttled' }, { outcome: 'throttled' }]);
});
