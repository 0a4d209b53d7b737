import type { ServiceSpec } from '../../src/domain/service/service-spec.ts';
import { judgeCanary } from '../../src/operations/judging/judge-canary.ts';
import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, deploy, goOn, promoted, run } from './a-rollout.ts';
import { ALARM, aScene, quietAlarm, type Scene } from './a-scene.ts';
import { ask, evidenceOf, goodMinutes, pages, threshold, verdictOf } from './in-a-scene.ts';

const OTHER = 'checkout-latency';
const both: Partial<ServiceSpec> = { alarms: [ALARM, OTHER] };
const noJudge: Partial<ServiceSpec> = { strategy: [{ setWeight: 10 }, { bake: { minutes: 5 } }] };

const told = (scene: Scene, id: string) => scene.kinds(id).filter((kind) => kind === 'AlarmsMissing');
const recreate = (scene: Scene, name = ALARM) => scene.cloud.alarms.putAlarm({ ...quietAlarm, name }, 'OK');

describe('an alarm that is deleted during a rollout', () => {
  test.each(['hold', 'extend', 'rollBack'] as const)(
    'an alarm that is deleted during a rollout holds it at its judge step and pages, also under the policy %s',
    async (noData) => {
      const scene = await aScene({ noData });
      const id = await baking(scene);
      scene.cloud.alarms.deleteAlarm(ALARM);
      await scene.pass(5 * MINUTE);
      await goOn(scene, id);

      expect(scene.deployment(id)).toMatchObject({ status: 'paused', atPercent: 10 });
      expect(scene.live()).toEqual({ 41: 90, 42: 10 });
      expect(verdictOf(scene, id)).toMatch(/^inconclusive: Alarm checkout-errors does not exist any more/);
      expect(pages(scene)).toMatchObject([{ subject: '[page] checkout: alarms missing' }]);
    },
  );

  test('an alarm that is deleted during a bake holds the rollout within a minute, and pages once', async () => {
    const scene = await aScene();
    const id = await baking(scene);
    scene.cloud.alarms.deleteAlarm(ALARM);
    await observeRollouts(scene.ports);
    await goOn(scene, id);
    await observeRollouts(scene.ports);
    await observeRollouts(scene.ports);

    expect(scene.deployment(id)).toMatchObject({
      status: 'paused',
      because: expect.stringContaining('Create it again and resume'),
    });
    expect(told(scene, id)).toHaveLength(1);
    expect(pages(scene)).toHaveLength(1);
  });

  test('an alarm that is back lets the rollout continue when a person resumes', async () => {
    const scene = await aScene();
    const id = await baking(scene);
    scene.cloud.alarms.deleteAlarm(ALARM);
    await observeRollouts(scene.ports);
    await goOn(scene, id);
    recreate(scene);
    await observeRollouts(scene.ports);
    await ask(scene, { id, signal: 'resume' });
    await goOn(scene, id);
    await scene.pass(5 * MINUTE);
    await goOn(scene, id);

    expect(scene.deployment(id).status).toBe('promoted');
    expect(told(scene, id)).toHaveLength(1);
  });

  test('an alarm that vanishes a second time is reported again', async () => {
    const scene = await aScene();
    const id = await baking(scene);
    scene.cloud.alarms.deleteAlarm(ALARM);
    await observeRollouts(scene.ports);
    recreate(scene);
    await observeRollouts(scene.ports);
    scene.cloud.alarms.deleteAlarm(ALARM);
    await observeRollouts(scene.ports);

    expect(told(scene, id)).toHaveLength(2);
  });

  test('a missing alarm holds the rollout again after a resume, and a promote continues without the alarm', async () => {
    const scene = await aScene();
    const id = await baking(scene);
    scene.cloud.alarms.deleteAlarm(ALARM);
    await scene.pass(5 * MINUTE);
    await goOn(scene, id);
    await ask(scene, { id, signal: 'resume' });
    await goOn(scene, id);
    expect(scene.deployment(id).status).toBe('paused');

    await ask(scene, { id, signal: 'promote' });
    await goOn(scene, id);
    expect(scene.deployment(id).status).toBe('promoted');
    expect(told(scene, id)).toHaveLength(1);
  });

  test('a deleted alarm holds a rollout whose other alarm is OK', async () => {
    const scene = await aScene(both);
    const id = await baking(scene);
    scene.cloud.alarms.deleteAlarm(OTHER);
    await scene.pass(5 * MINUTE);
    await goOn(scene, id);

    expect(scene.deployment(id).status).toBe('paused');
  });

  test('a deleted alarm holds a rollout that a judge with metrics finds good', async () => {
    const scene = await aScene({ judge: threshold });
    const id = await baking(scene);
    await scene.pass(5 * MINUTE);
    goodMinutes(scene);
    scene.cloud.alarms.deleteAlarm(ALARM);
    await goOn(scene, id);

    expect(scene.deployment(id).status).toBe('paused');
    expect(evidenceOf(scene, id)).toMatchObject([
      { outcome: 'pass' },
      { rule: 'Alarm checkout-errors does not exist', outcome: 'inconclusive' },
    ]);
  });

  test('a deleted alarm holds the promotion of a strategy without a judge step', async () => {
    const scene = await aScene(noJudge);
    const id = await baking(scene);
    await scene.pass(5 * MINUTE);
    scene.cloud.alarms.deleteAlarm(ALARM);
    await goOn(scene, id);

    expect(scene.deployment(id)).toMatchObject({ status: 'paused', atPercent: 10 });
    expect(scene.live()).toEqual({ 41: 90, 42: 10 });
    expect(pages(scene)).toHaveLength(1);
  });

  test('a deleted alarm holds a promotion all at once, before the version has a call', async () => {
    const scene = await aScene({ strategy: 'allAtOnce' });
    const id = await deploy(scene);
    scene.cloud.alarms.deleteAlarm(ALARM);
    await run(scene, id);

    expect(scene.deployment(id).status).toBe('paused');
    expect(scene.live()).toEqual({ 41: 100 });
  });

  test('a task is tried again when CloudWatch does not answer whether the alarm exists', async () => {
    const scene = await aScene();
    const id = await baking(scene);
    await scene.pass(5 * MINUTE);
    const throttled = { read: () => Promise.reject(Object.assign(new Error('Rate exceeded'), { name: 'Transient' })) };

    await expect(judgeCanary({ ...scene.ports, alarms: throttled }, { deploymentId: id })).rejects.toThrow();
    await expect(observeRollouts({ ...scene.ports, alarms: throttled })).rejects.toThrow();
    expect(told(scene, id)).toHaveLength(0);
    expect(scene.deployment(id).progress.pausedAt).toBeNull();
  });
});

describe('a watched version', () => {
  test('a watched version whose alarms were all deleted pages once and stays live', async () => {
    const scene = await aScene(both);
    const id = await promoted(scene);
    scene.cloud.alarms.deleteAlarm(ALARM);
    scene.cloud.alarms.deleteAlarm(OTHER);
    await observeRollouts(scene.ports);
    await observeRollouts(scene.ports);

    expect(scene.live()).toEqual({ 42: 100 });
    expect(scene.deployment(id).status).toBe('promoted');
    expect(told(scene, id)).toHaveLength(1);
    expect(pages(scene)).toHaveLength(1);
  });

  test('a watched version that still has one of its alarms pages nobody', async () => {
    const scene = await aScene(both);
    const id = await promoted(scene);
    scene.cloud.alarms.deleteAlarm(OTHER);
    await observeRollouts(scene.ports);

    expect(told(scene, id)).toHaveLength(0);
  });
});
