import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, goOn, promoted } from './a-rollout.ts';
import { ALARM, aScene, target } from './a-scene.ts';
import { long, moveByHand, noticed, ticks, told } from './an-alias-of-others.ts';
import { ask, pages } from './in-a-scene.ts';

describe('an alias that another person puts on the canary alone in a long bake', () => {
  const moved = async () => {
    const scene = await aScene(long);
    const id = await baking(scene);
    await ticks(scene, 2);
    moveByHand(scene, '42');
    await noticed(scene, id);
    return { scene, id };
  };

  test('an alias that another person puts on the canary is noticed within a minute, pages once, and holds the rollout', async () => {
    const { scene, id } = await moved();
    await ticks(scene, 5);

    expect(told(scene, id)).toMatchObject([
      { by: 'unknown', because: expect.stringContaining('100 % on version 42'), data: { canaryPercent: 100 } },
    ]);
    expect(pages(scene)).toHaveLength(1);
    expect(scene.deployment(id)).toMatchObject({ status: 'paused', atPercent: 100 });
    expect(scene.kinds(id)).not.toContain('Promoted');
    expect(scene.kinds(id)).not.toContain('VerdictReached');
  });

  test('a resume gives an alias that another person moved its weight again, and the bake begins again', async () => {
    const { scene, id } = await moved();
    await ask(scene, { id, signal: 'resume' });
    await goOn(scene, id);

    expect(scene.live()).toEqual({ 41: 95, 42: 5 });
    expect(scene.deployment(id)).toMatchObject({
      status: 'rollingOut',
      atPercent: 5,
      progress: { stepIndex: 1, stepStartedAt: scene.now(), evidenceFrom: scene.now() },
    });
    await ticks(scene, 3);
    expect(told(scene, id)).toHaveLength(1);
    expect(scene.deployment(id).status).toBe('rollingOut');
  });

  test('a promote promotes an alias that another person moved, in the name of the person who promotes', async () => {
    const { scene, id } = await moved();
    await ask(scene, { id, signal: 'promote' });
    await goOn(scene, id);

    expect(scene.deployment(id).status).toBe('promoted');
    expect(scene.live()).toEqual({ 42: 100 });
  });

  test('an abort puts an alias that another person moved back on stable', async () => {
    const { scene, id } = await moved();
    await abortDeployment(scene.ports, { id, reason: 'not ours', by: 'ada' });
    await goOn(scene, id);

    expect(scene.live()).toEqual({ 41: 100 });
    expect(scene.deployment(id).status).toBe('rolledBack');
    expect(told(scene, id)).toHaveLength(1);
  });

  test('a red alarm puts an alias that another person moved back on stable', async () => {
    const { scene, id } = await moved();
    scene.setAlarm('ALARM', ALARM);
    await ticks(scene);
    await goOn(scene, id);

    expect(scene.live()).toEqual({ 41: 100 });
    expect(scene.deployment(id).status).toBe('rolledBack');
  });
});

test('another weight of the two versions is noticed, also in a rollout that is paused', async () => {
  const scene = await aScene(long);
  const id = await baking(scene);
  await signalDeployment(scene.ports, { id, signal: 'pause', reason: 'lunch', by: 'ada' });
  await goOn(scene, id);
  moveByHand(scene, '41', { 42: 0.5 });
  await noticed(scene, id);
  await ticks(scene, 3);

  expect(told(scene, id)).toMatchObject([{ because: expect.stringContaining('50 % on version 42') }]);
  expect(scene.deployment(id)).toMatchObject({ status: 'paused', atPercent: 50 });
});

test('rows from the time of another split are no evidence after the resume', async () => {
  const judge = {
    kind: 'threshold',
    rules: [{ metric: 'errorRatePercent', moreThan: 5 }],
    failWhenAtLeast: 1,
    ofLastPeriods: 10,
    periodSeconds: 60,
    minimumRequests: 10,
  } as const;
  const scene = await aScene({ ...long, judge });
  const id = await baking(scene);
  moveByHand(scene, '42');
  await noticed(scene, id);
  const bad = () =>
    scene.rows.push({
      startsAt: scene.now() - MINUTE,
      canary: { requests: 1_000, errors: 300, durationP99Ms: 20 },
      stable: { requests: 0, errors: 0, durationP99Ms: null },
    });
  await scene.pass(MINUTE);
  bad();
  await observeRollouts(scene.ports);
  expect(scene.deployment(id).signal).toBeNull();

  await ask(scene, { id, signal: 'resume' });
  await goOn(scene, id);
  await ticks(scene, 2);
  expect(scene.deployment(id)).toMatchObject({ status: 'rollingOut', signal: null });

  await scene.pass(MINUTE);
  bad();
  await observeRollouts(scene.ports);
  expect(scene.deployment(id).signal).toMatchObject({ kind: 'rollBack', by: 'judge' });
});

test('an alias that another person puts on stable alone ends the rollout as a rollback by hand', async () => {
  const scene = await aScene(long);
  const id = await baking(scene);
  moveByHand(scene, '41');
  await noticed(scene, id);
  await ticks(scene, 3);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(id)).toMatchObject({
    status: 'rolledBack',
    because: expect.stringContaining('All calls are on version 41 again'),
  });
  expect(told(scene, id)).toHaveLength(1);
  expect(scene.ledger().locks.get('checkout')?.deploymentId).toBeNull();
});

describe('a third version that another person puts live during a rollout', () => {
  const moved = async () => {
    const scene = await aScene(long);
    const id = await baking(scene);
    moveByHand(scene, '43');
    await noticed(scene, id);
    return { scene, id };
  };

  test('a third version on the alias holds the rollout, is reported once, and is left alone', async () => {
    const { scene, id } = await moved();
    moveByHand(scene, '43');
    await ticks(scene, 3);

    expect(scene.live()).toEqual({ 43: 100 });
    expect(told(scene, id)).toHaveLength(1);
    expect(scene.deployment(id)).toMatchObject({ status: 'paused', atPercent: 5 });
  });

  test('an abort while a third version is live ends as failed, without a second report', async () => {
    const { scene, id } = await moved();
    await abortDeployment(scene.ports, { id, reason: 'not ours', by: 'ada' });
    await goOn(scene, id);

    expect(scene.live()).toEqual({ 43: 100 });
    expect(scene.deployment(id).status).toBe('failed');
    expect(told(scene, id)).toHaveLength(1);
  });

  test('a resume continues the rollout after the split is restored', async () => {
    const { scene, id } = await moved();
    moveByHand(scene, '41', { 42: 0.05 });
    await ticks(scene, 2);
    await ask(scene, { id, signal: 'resume' });
    await goOn(scene, id);

    expect(told(scene, id)).toHaveLength(1);
    expect(scene.live()).toEqual({ 41: 95, 42: 5 });
    expect(scene.deployment(id)).toMatchObject({ status: 'rollingOut', atPercent: 5 });
  });
});

test('an alias that another person deletes during a rollout is reported once, and later ticks do not fail', async () => {
  const scene = await aScene(long);
  const id = await baking(scene);
  delete scene.cloud.lambda.getFunction(target.function).aliases[target.alias];
  await noticed(scene, id);
  await ticks(scene, 2);

  expect(told(scene, id)).toMatchObject([{ because: expect.stringContaining('Somebody else deleted the alias') }]);
  expect(scene.deployment(id).status).toBe('paused');
});

describe('a watched promotion whose alias another person moves', () => {
  test.each([
    ['to a third version', '43'],
    ['to the version before', '41'],
  ])('a watched promotion whose alias is moved %s ends its watch, and is reported once', async (_where, version) => {
    const scene = await aScene();
    const id = await promoted(scene);
    moveByHand(scene, version);
    await ticks(scene, 3);

    expect(told(scene, id)).toHaveLength(1);
    expect(pages(scene)).toHaveLength(1);
    expect(scene.deployment(id).watchUntil).toBeLessThanOrEqual(scene.now());
    expect(scene.live()).toEqual({ [version]: 100 });
  });

  test('a watched alias that is moved to a share of its two versions is reported once and stays watched', async () => {
    const scene = await aScene();
    const id = await promoted(scene);
    moveByHand(scene, '41', { 42: 0.3 });
    await ticks(scene, 3);
    expect(told(scene, id)).toHaveLength(1);

    scene.setAlarm('ALARM');
    await ticks(scene);
    expect(scene.live()).toEqual({ 41: 100 });
  });

  test('a watched alias that a newer canary of Slipway shares is not reported', async () => {
    const scene = await aScene();
    const first = await promoted(scene);
    const second = await baking(scene, { version: '43' });
    await ticks(scene, 2);
    expect(told(scene, first)).toHaveLength(0);

    await abortDeployment(scene.ports, { id: second, reason: 'no', by: 'ada' });
    await goOn(scene, second);
    await ticks(scene, 2);
    expect(told(scene, first)).toHaveLength(0);

    moveByHand(scene, '41');
    await ticks(scene, 2);
    expect(told(scene, first)).toHaveLength(1);
  });
});
