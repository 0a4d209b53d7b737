import type { RehearsalScenario, ScenarioResult } from '../../src/rehearse/rehearsal-result.ts';
import { rehearse } from '../../src/rehearse/rehearse.ts';
import { rehearseRollout } from '../../src/rehearse/rehearse-rollout.ts';
import { scenariosOf } from '../../src/rehearse/scenarios.ts';
import { calmModel, quickOrder, quickSpec, workload } from './a-rehearsal.ts';

const [healthy, outage, errors] = scenariosOf(['errors=30']) as [
  RehearsalScenario,
  RehearsalScenario,
  RehearsalScenario,
];

/** A thread loads the whole product before its first rollout. */
const THREADS_MS = 60_000;

test(
  'the same seed gives the same bytes, on one thread and on two, and another seed gives others',
  async () => {
    // Two scenarios, each in two batches.
    const order = quickOrder({ scenarios: [healthy, errors], runs: 22 });
    const one = JSON.stringify(await rehearse(order));
    expect(JSON.stringify(await rehearse({ ...order, workers: 2 }))).toBe(one);
    expect(JSON.stringify(await rehearse({ ...order, seed: 'other' }))).not.toBe(one);
  },
  THREADS_MS,
);

test('a healthy version is promoted, a harmful version is rolled back, and the outcomes add up', async () => {
  const { scenarios } = await rehearse(quickOrder());
  const [good, , bad] = scenarios as [ScenarioResult, ScenarioResult, ScenarioResult];
  expect(good.outcomes.promoted).toMatchObject({ count: 4, share: 1, to: 1 });
  expect(good.wentWrong).toMatchObject({ count: 0, from: 0 });
  expect(good.toZeroSeconds).toBeNull();
  expect(good.promoted.at(-1)?.share).toBe(1);
  expect(good.harmedRequests?.mean).toBe(0);
  expect(bad.outcomes.rolledBack.count).toBe(4);
  expect(bad.wentWrong).toEqual(bad.outcomes.promoted);
  expect(bad.takenBackBy.judge + bad.takenBackBy.alarm).toBe(4);
  expect(bad.firstOf).toEqual({ promoted: null, rolledBack: 0, held: null, other: null });
  expect(bad.harmedRequests?.median).toBeGreaterThan(0);
  expect(bad.weightZero.at(-1)?.share).toBe(1);
  for (const { outcomes, runs } of scenarios)
    expect(Object.values(outcomes).reduce((sum, { count }) => sum + count, 0)).toBe(runs);
});

test('progress is reported until all is done', async () => {
  const told: number[] = [];
  await rehearse(quickOrder({ runs: 21, onProgress: ({ done }) => told.push(done) }));
  expect(told).toEqual([20, 21, 41, 42, 62, 63]);
});

test('only harmful requests that the version before would not have had are counted', async () => {
  const { rollout } = await rehearseRollout({ spec: quickSpec, model: calmModel, scenario: errors, seed: 'a' });
  // 0.5 % of the requests to stable fail, and 15 % of the requests to the new version.
  expect(rollout.harmedRequests).toBeCloseTo(rollout.canaryRequests * 0.145, 6);
  expect(rollout).toMatchObject({ outcome: 'rolledBack', toPromotionMs: null });
  expect(rollout.transitions).toBeGreaterThan(5);
  expect(rollout.metricsRead).toBeGreaterThan(0);
  expect(rollout.usd).toBeGreaterThan(0.0001);
});

test('an outage that both versions share is within the bakes', async () => {
  const { scenarios } = await rehearse(quickOrder({ scenarios: [outage], runs: 10 }));
  expect(scenarios[0]?.outcomes.promoted.count).toBeLessThan(10);
});

test('a canary without enough traffic to judge is held, and that costs no more time', async () => {
  const model = { ...calmModel, requestsPerSecond: 0.01 };
  const { rollout, deployment } = await rehearseRollout({ spec: quickSpec, model, scenario: healthy, seed: 'a' });
  expect(rollout).toMatchObject({ outcome: 'held', takenBackBy: null, toZeroMs: null, toPromotionMs: null });
  expect(deployment.status).toBe('paused');
});

test('the sequential judge learns from the hour before, and detects a slow version that no alarm detects', async () => {
  const judge = {
    kind: 'sequential',
    falseRollbackPercent: 1,
    harmRatio: 1.5,
    minimumRequests: 100,
    metrics: [
      { metric: 'errors', weight: 1, observedOnly: false },
      { metric: 'latency', weight: 1, observedOnly: false },
    ],
    periodSeconds: 60,
    endsBakesEarly: true,
    warmUp: { minutes: 1 },
  } as const;
  const spec = { ...quickSpec, judge, strategy: [{ setWeight: 25 }, { bake: { minutes: 8 } }, { judge: {} }] };
  const [slow] = scenariosOf(['latency=2']).slice(2) as [RehearsalScenario];
  const bad = await rehearseRollout({ spec, model: calmModel, scenario: slow, seed: 'a' });
  expect(bad.rollout).toMatchObject({ outcome: 'rolledBack', takenBackBy: 'judge' });
  expect(bad.deployment.because).toMatch(/requests over \d+(\.\d+)? ms/);
  const good = await rehearseRollout({ spec, model: calmModel, scenario: healthy, seed: 'a' });
  expect(good.rollout.outcome).toBe('promoted');
});

test('a rollout starts when no alarm is red; an alarm that stays red gives the message of the preflight', async () => {
  // One error in a few calls a minute is above the alarm's 2 %.
  const fewCalls = { ...calmModel, requestsPerSecond: 0.2, errorPercent: 0.5, noisePercent: 0 };
  const seeds = Array.from({ length: 12 }, (_, index) => `red ${index}`);
  for (const seed of seeds) {
    const { deployment } = await rehearseRollout({ spec: quickSpec, model: fewCalls, scenario: healthy, seed });
    expect(deployment.ignoredAlarms).toEqual([]);
  }
  // Half of the calls take longer than Lambda allows.
  const endless = { ...calmModel, medianMs: 900_000, p99Ms: 900_001 };
  await expect(rehearseRollout({ spec: quickSpec, model: endless, scenario: healthy, seed: 'a' })).rejects.toThrow(
    'Alarm checkout-errors is already red',
  );
});

test('a rehearsal gives approvals at once, and its hooks pass', async () => {
  const spec = {
    ...quickSpec,
    strategy: [{ setWeight: 25 }, { approve: { within: { hours: 1 } } }],
    hooks: { beforeTraffic: [{ function: 'smoke:live' }], afterTraffic: [{ webhook: 'https://example.com/hook' }] },
  } as const;
  const { rollout } = await rehearseRollout({ spec, model: calmModel, scenario: healthy, seed: 'a' });
  expect(rollout.outcome).toBe('promoted');
  expect(rollout.toPromotionMs).toBeLessThan(60_000);
});

test('a workload on Kubernetes has its first version, and an alarm rolls the bad version back', async () => {
  const spec = { ...quickSpec, name: 'orders', target: workload, judge: { kind: 'alarms-only' } } as const;
  const good = await rehearseRollout({ spec, model: calmModel, scenario: healthy, seed: 'a' });
  expect(good.rollout).toMatchObject({ outcome: 'promoted', builds: 3 });
  const bad = await rehearseRollout({ spec, model: calmModel, scenario: errors, seed: 'a' });
  expect(bad.rollout).toMatchObject({ outcome: 'rolledBack', takenBackBy: 'alarm' });
  expect(bad.rollout.toZeroMs).toBeGreaterThan(0);
});

test('a rehearsal uses the manifests of Slipway in place of a folder of manifests', async () => {
  const target = { ...workload, manifests: { folder: 'deploy' } };
  const spec = { ...quickSpec, target, judge: { kind: 'alarms-only' } } as const;
  const { rollout } = await rehearseRollout({ spec, model: calmModel, scenario: healthy, seed: 'a' });
  expect(rollout.outcome).toBe('promoted');
});

test.each([1, 2])(
  'a rollout that fails is reported with its seed: %s threads',
  async (workers) => {
    const spec = { ...quickSpec, target: { ...workload, workload: 'Not A Name' } };
    await expect(rehearse(quickOrder({ spec, workers }))).rejects.toMatchObject({
      name: 'Broken',
      message: expect.stringMatching(
        /^Rollout \w+\/0 of the rehearsal failed: The first version [\s\S]+--seed "test" --only "\w+\/0"$/,
      ),
    });
  },
  THREADS_MS,
);
