import { SEQUENTIAL_DEFAULTS } from '../../src/domain/service/sequential-defaults.ts';
import type { NoDataPolicy } from '../../src/domain/service/service-spec.ts';
import { policyOf } from '../../src/domain/verdict/sequential-policy.ts';
import { playRollout, type RolloutOrder } from '../../src/rehearse/calibrate/play-rollout.ts';
import { circumstancesOf } from '../../src/rehearse/calibrate/rollout-circumstances.ts';
import { DEFAULT_MODEL, type ServiceModel } from '../../src/rehearse/model/service-model.ts';

const QUIET: ServiceModel = { ...DEFAULT_MODEL, outage: { ...DEFAULT_MODEL.outage, percentOfRollouts: 0 } };
const HEALTHY = { errorFactor: 1, latencyFactor: 1 };

function anOrder(changes: Partial<RolloutOrder> = {}): RolloutOrder {
  const model = changes.model ?? QUIET;
  const met = circumstancesOf(model, 'a rollout');
  return {
    candidate: { weights: [10, 50], bakeMinutes: 8 },
    policy: policyOf(SEQUENTIAL_DEFAULTS, met.baseline),
    noData: 'hold',
    endsBakesEarly: false,
    model,
    harm: HEALTHY,
    met,
    ...changes,
  };
}

test('a healthy version has all calls when its bakes are over, and sooner when harm is ruled out', () => {
  expect(playRollout(anOrder())).toEqual({ outcome: 'promoted', minutes: 16, harmed: 0 });
  const early = playRollout(
    anOrder({ endsBakesEarly: true, model: { ...QUIET, requestsPerSecond: 1_000, noisePercent: 0 } }),
  );
  expect(early.outcome).toBe('promoted');
  expect(early.minutes).toBeLessThan(10);
});

test('a bad version is rolled back at a whole minute, and its harm is counted until then', () => {
  const order = anOrder({ harm: { errorFactor: 20, latencyFactor: 1 } });
  const { outcome, minutes, harmed } = playRollout(order);
  expect(outcome).toBe('rolledBack');
  expect((minutes + order.met.offset) % 1).toBeCloseTo(0, 9);
  const requests = QUIET.requestsPerSecond * 60 * order.met.load * 0.1 * minutes;
  expect(harmed).toBeCloseTo(requests * 0.005 * 19, 6);
});

test('the same rollout gets the same calls under every policy', () => {
  const [short, long] = [6, 9].map((bakeMinutes) =>
    playRollout(anOrder({ harm: { errorFactor: 20, latencyFactor: 1 }, candidate: { weights: [10], bakeMinutes } })),
  );
  expect(short).toEqual(long);
});

test('a rollout during an outage of both versions is held for a person', () => {
  const outage = { percentOfRollouts: 100, minutes: 30, errorFactor: 40 };
  const order = anOrder({ model: { ...QUIET, outage } });
  const met = { ...order.met, outageAt: 0 };
  expect(playRollout({ ...order, met }).outcome).toBe('held');
});

test.each<[NoDataPolicy, string, number]>([
  ['hold', 'held', 3],
  ['rollBack', 'rolledBack', 3],
  ['extend', 'rolledBack', 12],
])('a rollout without enough traffic to judge follows the policy %s', (noData, outcome, minutes) => {
  const model = { ...QUIET, requestsPerSecond: 0.1 };
  const candidate = { weights: [10], bakeMinutes: 3 };
  expect(playRollout(anOrder({ model, noData, candidate }))).toEqual({ outcome, minutes, harmed: 0 });
});
