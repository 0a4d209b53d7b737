import type { AlarmReading } from '../../src/domain/alarms/alarm-reading.ts';
import type { ServiceSpec } from '../../src/domain/service/service-spec.ts';
import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { promote } from '../../src/operations/rollout/promote.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, deploy, goOn, planned, promoted } from './a-rollout.ts';
import { ALARM, aScene, type Scene } from './a-scene.ts';
import { ask, evidenceOf, goodMinutes, pages, threshold, verdictOf } from './in-a-scene.ts';

const OTHER = 'checkout-latency';
const both: Partial<ServiceSpec> = { alarms: [ALARM, OTHER] };
const noJudge: Partial<ServiceSpec> = { strategy: [{ setWeight: 10 }, { bake: { minutes: 5 } }] };

describe('an alarm without data', () => {
  test('an alarm without data is no evidence when it is the only one, and the service holds by its policy', async () => {
    const scene = await aScene();
    const id = await baking(scene);
    await scene.pass(5 * MINUTE);
    scene.setAlarm('INSUFFICIENT_DATA');
    await goOn(scene, id);

    expect(scene.deployment(id).status).toBe('paused');
    expect(verdictOf(scene, id)).toBe('inconclusive: No alarm says anything: checkout-errors has no data.');
    expect(pages(scene)).toHaveLength(0);
  });

  test('an alarm without data rolls back under the policy rollBack, and extends the bake under extend', async () => {
    const back = await aScene({ noData: 'rollBack' });
    const first = await baking(back);
    await back.pass(5 * MINUTE);
    back.setAlarm('INSUFFICIENT_DATA');
    await goOn(back, first);
    expect(back.deployment(first).status).toBe('rolledBack');

    const longer = await aScene({ noData: 'extend' });
    const second = await baking(longer);
    await longer.pass(5 * MINUTE);
    longer.setAlarm('INSUFFICIENT_DATA');
    await goOn(longer, second);
    expect(longer.deployment(second)).toMatchObject({
      status: 'rollingOut',
      progress: { stepIndex: 1, extensions: 1 },
    });
  });

  test('an alarm without data is named in a healthy verdict that rests on another alarm', async () => {
    const scene = await aScene(both);
    const id = await baking(scene);
    await scene.pass(5 * MINUTE);
    scene.setAlarm('INSUFFICIENT_DATA', OTHER);
    await goOn(scene, id);

    expect(scene.deployment(id).status).toBe('promoted');
    expect(verdictOf(scene, id)).toContain('checkout-errors is OK; checkout-latency has no data');
  });

  test('an alarm without data does not stop a judge with metrics, and is in the evidence', async () => {
    const scene = await aScene({ judge: threshold });
    const id = await baking(scene);
    await scene.pass(5 * MINUTE);
    goodMinutes(scene);
    scene.setAlarm('INSUFFICIENT_DATA');
    await goOn(scene, id);

    expect(scene.deployment(id).status).toBe('promoted');
    expect(evidenceOf(scene, id)).toMatchObject([{ outcome: 'pass' }, { rule: 'Alarm checkout-errors has no data' }]);
  });

  test('an alarm without data extends the last bake of a strategy without a judge step under the policy extend', async () => {
    const scene = await aScene({ ...noJudge, noData: 'extend' });
    const id = await baking(scene);
    await scene.pass(5 * MINUTE);
    scene.setAlarm('INSUFFICIENT_DATA');
    await goOn(scene, id);
    expect(scene.deployment(id)).toMatchObject({ status: 'rollingOut', progress: { stepIndex: 1, extensions: 1 } });

    scene.setAlarm('OK');
    await scene.pass(5 * MINUTE);
    await goOn(scene, id);
    expect(scene.deployment(id).status).toBe('promoted');
  });
});

describe('an alarm whose actions are off', () => {
  test('an alarm whose actions are off is no evidence of health when it is the only one', async () => {
    const scene = await aScene();
    const id = await baking(scene);
    await scene.pass(5 * MINUTE);
    scene.cloud.alarms.setAlarmActions({ name: ALARM, enabled: false });
    await goOn(scene, id);

    expect(scene.deployment(id).status).toBe('paused');
    expect(verdictOf(scene, id)).toBe('inconclusive: No alarm says anything: checkout-errors has its actions off.');
  });

  test('an alarm whose actions are off still rolls a bad version back when it turns red', async () => {
    const scene = await aScene();
    await baking(scene);
    scene.cloud.alarms.setAlarmActions({ name: ALARM, enabled: false });
    scene.setAlarm('ALARM');
    await observeRollouts(scene.ports);

    expect(scene.live()).toEqual({ 41: 100 });
  });
});

describe('an alarm whose OK says nothing', () => {
  /** The service's alarm as CloudWatch describes it from now on, and other alarms beside it. */
  const described = (scene: Scene, alarm: Partial<AlarmReading>, others: readonly AlarmReading[] = []) => {
    const { read } = scene.ports.alarms;
    const change = (reading: AlarmReading) => (reading.name === ALARM ? { ...reading, ...alarm } : reading);
    scene.ports.alarms = {
      read: async (names) => [...(await read(names)).map(change), ...others.filter(({ name }) => names.includes(name))],
    };
  };
  const inner: AlarmReading = { name: 'inner', state: 'INSUFFICIENT_DATA', metric: null, changedAt: 0 };
  const silent: [string, Partial<AlarmReading>, readonly AlarmReading[], RegExp][] = [
    [
      'because CloudWatch cannot evaluate it',
      { evaluationProblem: 'EVALUATION_ERROR' },
      [],
      /checkout-errors is not evaluated \(EVALUATION_ERROR\)/,
    ],
    [
      'because it is made of alarms without data',
      { children: ['inner', 'deleted'] },
      [inner],
      /checkout-errors is made of alarms that say nothing \(inner, deleted\)/,
    ],
  ];

  test.each(silent)(
    'an alarm whose OK says nothing, %s, is no evidence of health, at a judge step and without one',
    async (_why, alarm, others, words) => {
      for (const spec of [{}, noJudge]) {
        const scene = await aScene(spec);
        const id = await baking(scene);
        await scene.pass(5 * MINUTE);
        described(scene, alarm, others);
        await goOn(scene, id);

        expect(scene.deployment(id).status).toBe('paused');
        expect(verdictOf(scene, id)).toMatch(words);
      }
    },
  );

  test.each(silent)(
    'an alarm whose OK says nothing, %s, is refused before a deployment',
    async (_why, alarm, others, words) => {
      const scene = await aScene();
      described(scene, alarm, others);
      await expect(deploy(scene)).rejects.toMatchObject({
        name: 'InvalidRequest',
        message: expect.stringMatching(words),
      });
    },
  );

  test('a silent alarm does not make a composite alarm silent in which another alarm has data', async () => {
    const scene = await aScene();
    described(scene, { children: ['inner', 'checkout-latency'] }, [inner]);
    expect(scene.deployment(await promoted(scene)).status).toBe('promoted');
  });
});

test('a hotfix continues while its only alarm is left out, and the verdict says that no alarm was looked at', async () => {
  const scene = await aScene();
  scene.setAlarm('ALARM');
  const id = await promoted(scene, { hotfix: true });

  expect(scene.deployment(id).status).toBe('promoted');
  expect(verdictOf(scene, id)).toMatch(/^healthy: Nothing was looked at: .*checkout-errors was red before this hotfix/);
});

test('a service without alarms is promoted, and the verdict says that no alarm was looked at', async () => {
  const scene = await aScene({ alarms: [] });
  const id = await promoted(scene);

  expect(scene.deployment(id).status).toBe('promoted');
  expect(verdictOf(scene, id)).toContain('nothing was looked at');
});

test('a promotion that a person asked for does not wait for the alarms', async () => {
  const scene = await aScene(noJudge);
  const id = await baking(scene);
  scene.setAlarm('INSUFFICIENT_DATA');
  await ask(scene, { id, signal: 'promote' });
  await goOn(scene, id);

  expect(scene.deployment(id).status).toBe('promoted');
});

test('a promotion whose alarms cannot be read is tried again and moves nothing', async () => {
  const scene = await aScene({ strategy: 'allAtOnce' });
  const id = await planned(scene);
  const throttled = { read: () => Promise.reject(new Error('Rate exceeded')) };

  await expect(promote({ ...scene.ports, alarms: throttled }, { deploymentId: id })).rejects.toThrow('Rate exceeded');
  expect(scene.live()).toEqual({ 41: 100 });
});
