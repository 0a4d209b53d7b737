import { checkOf } from '../../src/rehearse/calibrate/check.ts';
import { proposedSpec } from '../../src/rehearse/calibrate/proposed-spec.ts';
import { DEFAULT_MODEL } from '../../src/rehearse/model/service-model.ts';
import { sampleSpec } from '../contracts/store-samples.ts';

const order = {
  spec: sampleSpec('checkout'),
  model: { ...DEFAULT_MODEL, requestsPerSecond: 1_000 },
  asked: {
    falseRollbackPercent: 1,
    powerPercent: 95,
    harms: [{ name: 'errors=20', harm: { errorFactor: 20, latencyFactor: 1 } }],
    withinMinutes: 10,
    firstPercentMax: 50,
  },
  seed: 'check',
  runs: 100,
  checkRuns: 4,
  workers: 1,
};
const candidate = { weights: [50], bakeMinutes: 4, alphaPercent: 1, harmRatio: 2 };
const onProgress = () => {};

test('rollouts through the shipped machine reveal a policy that catches nothing', async () => {
  const blind = { ...proposedSpec(order.spec, candidate), judge: { kind: 'alarms-only' } as const };
  const check = await checkOf(order, { proposed: blind, onProgress });
  expect(check).toMatchObject({ seed: 'check/check', runs: 4, keepsPromise: false, harms: [{ caught: { count: 0 } }] });
});

test('a proposal keeps the deadline of the service when it fits, and otherwise asks for a later one', () => {
  const { deadline } = order.spec;
  expect(proposedSpec(order.spec, candidate).deadline).toBe(deadline);
  expect(proposedSpec(order.spec, { ...candidate, weights: [5, 25, 50], bakeMinutes: 180 }).deadline).toEqual({
    minutes: 600,
  });
});
