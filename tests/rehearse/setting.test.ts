import type { ServiceSpec } from '../../src/domain/service/service-spec.ts';
import { assumptionsOf } from '../../src/rehearse/assumptions.ts';
import { givenModel } from '../../src/rehearse/model/given-model.ts';
import { type RehearsalScenario, type Setting, USUAL_SETTING } from '../../src/rehearse/rehearsal-result.ts';
import { rehearseRollout } from '../../src/rehearse/rehearse-rollout.ts';
import { aSequentialJudge } from '../domain/a-sequential-judge.ts';
import { calmModel, quickSpec } from './a-rehearsal.ts';

/** The strategy and the judge of examples/checkout, which a new user deploys `slow.mjs` by. */
const spec: ServiceSpec = {
  ...quickSpec,
  strategy: [{ setWeight: 25 }, { bake: { seconds: 150 } }, { judge: {} }],
  judge: aSequentialJudge({
    metrics: [
      { metric: 'errors', weight: 1, observedOnly: false },
      { metric: 'latency', weight: 1, observedOnly: false },
    ],
    periodSeconds: 10,
    warmUp: { seconds: 10 },
  }),
};
const slow: RehearsalScenario = { name: 'slow', harm: { errorFactor: 1, latencyFactor: 100 }, outage: 'drawn' };
/** A service that never fails, such as the example. */
const faultless = { ...calmModel, requestsPerSecond: 40, swingPercent: 0, errorPercent: 0, medianMs: 6, p99Ms: 9 };

async function takenBack(setting: Partial<Setting>) {
  const order = { spec, model: faultless, scenario: slow, seed: 'a', setting: { ...USUAL_SETTING, ...setting } };
  const { rollout, timeline } = await rehearseRollout(order);
  const because = timeline.find(({ kind }) => kind === 'VerdictReached')?.because ?? '';
  return { seconds: (rollout.toZeroMs ?? Number.NaN) / 1_000, by: rollout.takenBackBy, because };
}

test('a new service waits for twelve periods, and the verdict says why', async () => {
  const { seconds, by, because } = await takenBack({ historyMinutes: 0, lookSeconds: 10 });
  expect(by).toBe('judge');
  expect(seconds).toBeGreaterThan(130);
  expect(seconds).toBeLessThan(150);
  expect(because).toMatch(
    /\. The judge waited for 12 periods of ten seconds, because stable had no whole minute of calls before the rollout\.$/,
  );
});

test.each([2, 36, 65])(
  'a service with %i minutes of calls does not wait, although it never failed',
  async (historyMinutes) => {
    const { seconds, by, because } = await takenBack({ historyMinutes, lookSeconds: 10 });
    expect(by).toBe('judge');
    expect(seconds).toBeLessThan(60);
    expect(because).not.toContain('waited');
  },
);

test('the judge looks as often as the setting says', async () => {
  const [often, seldom] = [await takenBack({ lookSeconds: 10 }), await takenBack({ lookSeconds: 60 })];
  expect(often.seconds).toBeLessThan(seldom.seconds);
});

test('the usual setting is the one of a rehearsal without a setting', async () => {
  const order = { spec, model: faultless, scenario: slow, seed: 'a' };
  const [usual, left] = [await rehearseRollout({ ...order, setting: USUAL_SETTING }), await rehearseRollout(order)];
  expect(JSON.stringify(left)).toBe(JSON.stringify(usual));
});

test('the assumptions say how old the service is and how often the judge looks', () => {
  const said = (setting?: Setting) => assumptionsOf({ spec, given: givenModel({}), setting }).join(' ');
  expect(said()).toMatch(/after an hour of calls or more\..+the judge looks every minute, as in AWS/);
  expect(said({ historyMinutes: 0, lookSeconds: 10 })).toMatch(
    /20 s after the first calls of stable.+looks every 10 s/,
  );
  expect(said({ historyMinutes: 1, lookSeconds: 60 })).toContain('after 1 minute of calls');
  expect(said({ historyMinutes: 36, lookSeconds: 60 })).toContain('after 36 minutes of calls');
});
