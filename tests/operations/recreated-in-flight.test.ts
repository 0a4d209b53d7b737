/**
 * A function is deleted and created again in the middle of a rollout. None of its new versions belongs to the rollout.
 */
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { planRollout } from '../../src/operations/rollout/plan-rollout.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { type Recreated, recreate } from './a-recreated-function.ts';
import { baking, deploy, goOn, planned, run } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';
import { noticed } from './an-alias-of-others.ts';
import { pages } from './in-a-scene.ts';

const alarmed = async (scene: Scene) => {
  await scene.pass(MINUTE);
  scene.setAlarm('ALARM');
  return remediateAlarm(scene.ports, scene.alarmEvent());
};

test.each<[string, Recreated]>([
  ['as it was', { live: '41', weights: { 42: 0.1 } }],
  ['on the number of stable', { live: '41' }],
  ['on the number of the canary', { live: '42' }],
])(
  'a rollout in flight whose function was created again, with the alias %s, ends as failed and moves nothing',
  async (_how, recreated) => {
    const scene = await aScene();
    const id = await baking(scene);
    recreate(scene, recreated);
    const before = scene.live();

    await alarmed(scene);
    await goOn(scene, id);

    expect(scene.live()).toEqual(before);
    expect(scene.deployment(id)).toMatchObject({
      status: 'failed',
      because: expect.stringContaining('so the function was deleted and created again'),
    });
    expect(scene.kinds(id)).not.toContain('TrafficTakenBack');
    expect(pages(scene).length).toBeGreaterThan(0);
  },
);

test.each<[string, Recreated]>([
  ['as it was', { live: '41', weights: { 42: 0.1 } }],
  ['on the number of the canary', { live: '42' }],
])(
  'a rollout that continues is not promoted on a function that was created again, with the alias %s',
  async (_how, recreated) => {
    const scene = await aScene();
    const id = await baking(scene);
    recreate(scene, recreated);
    const before = scene.live();
    await scene.pass(5 * MINUTE);
    await goOn(scene, id);

    expect(scene.live()).toEqual(before);
    expect(scene.deployment(id).status).toBe('failed');
  },
);

test('a rollout without a call gives none to a function that was created again, even if its alias has the same number', async () => {
  const scene = await aScene();
  const id = await planned(scene);
  recreate(scene, { live: '41' });
  await run(scene, id);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(id).status).toBe('failed');
});

test('a rollout whose function was created again after its preflight publishes nothing', async () => {
  const scene = await aScene();
  const id = await deploy(scene, { artifact: { s3: { bucket: 'code', key: 'checkout.zip' } } });
  recreate(scene, { live: '41' });
  await planRollout(scene.ports, { deploymentId: id });
  await run(scene, id);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.cloud.lambda.getFunction('checkout').lastVersion).toBe(43);
  expect(scene.deployment(id)).toMatchObject({
    status: 'failed',
    because: expect.stringContaining('Deploy again from what is live now.'),
  });
});

test("a tick notices a function that was created again on the canary's number, and no signal moves its alias", async () => {
  const scene = await aScene();
  const id = await baking(scene);
  recreate(scene, { live: '42' });
  await noticed(scene, id);
  expect(scene.deployment(id).status).toBe('paused');

  await abortDeployment(scene.ports, { id, reason: 'not this one', by: 'ada' });
  await goOn(scene, id);

  expect(scene.live()).toEqual({ 42: 100 });
  expect(scene.deployment(id)).toMatchObject({
    status: 'failed',
    because: expect.stringContaining('so the function was deleted and created again'),
  });
});
