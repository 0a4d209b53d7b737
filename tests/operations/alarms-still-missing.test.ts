/**
 * A missing alarm holds a rollout while the alarm is missing, whoever had been told of it and however often the rollout
 * is resumed.
 */
import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { registerWait } from '../../src/operations/rollout/register-wait.ts';
import { shiftTraffic } from '../../src/operations/rollout/shift-traffic.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, goOn, planned } from './a-rollout.ts';
import { ALARM, aScene, type Scene } from './a-scene.ts';
import { ask } from './in-a-scene.ts';

const told = (scene: Scene, id: string) => scene.kinds(id).filter((kind) => kind === 'AlarmsMissing');
const twoWeights = {
  strategy: [{ setWeight: 10 }, { bake: { minutes: 5 } }, { setWeight: 50 }, { bake: { minutes: 5 } }, { judge: {} }],
} as const;

test('a rollout that learns of a missing alarm while its machine works is held at its next wait', async () => {
  const scene = await aScene();
  const id = await planned(scene);
  await shiftTraffic(scene.ports, { deploymentId: id, toPercent: 10 });
  scene.cloud.alarms.deleteAlarm(ALARM);
  await observeRollouts(scene.ports);
  await registerWait(scene.ports, { deploymentId: id, token: 'token-1', waitFor: 'bake' });
  await observeRollouts(scene.ports);
  await goOn(scene, id);

  expect(scene.deployment(id).status).toBe('paused');
  expect(told(scene, id)).toHaveLength(1);
});

test('a resume while the alarm is still missing raises no weight, and pages no second time', async () => {
  const scene = await aScene(twoWeights);
  const id = await baking(scene);
  scene.cloud.alarms.deleteAlarm(ALARM);
  await observeRollouts(scene.ports);
  await goOn(scene, id);
  await ask(scene, { id, signal: 'resume' });
  await goOn(scene, id);
  await observeRollouts(scene.ports);
  await goOn(scene, id);
  await scene.pass(5 * MINUTE);
  await goOn(scene, id);

  expect(scene.live()).toEqual({ 41: 90, 42: 10 });
  expect(scene.deployment(id).status).toBe('paused');
  expect(told(scene, id)).toHaveLength(1);
});

test('a rollout that a person paused is held after the resume when an alarm went missing during the pause', async () => {
  const scene = await aScene(twoWeights);
  const id = await baking(scene);
  await ask(scene, { id, signal: 'pause' });
  await goOn(scene, id);
  scene.cloud.alarms.deleteAlarm(ALARM);
  await observeRollouts(scene.ports);
  await ask(scene, { id, signal: 'resume' });
  await goOn(scene, id);
  await observeRollouts(scene.ports);
  await goOn(scene, id);

  expect(scene.deployment(id)).toMatchObject({ status: 'paused', because: expect.stringContaining('does not exist') });
});

test('a rollout that a person promoted continues while the alarm is missing, whatever observeRollouts sees', async () => {
  const scene = await aScene({ ...twoWeights });
  const id = await baking(scene);
  scene.cloud.alarms.deleteAlarm(ALARM);
  await observeRollouts(scene.ports);
  await goOn(scene, id);
  await ask(scene, { id, signal: 'promote' });
  await observeRollouts(scene.ports);
  await goOn(scene, id);

  expect(scene.deployment(id).status).toBe('promoted');
});
