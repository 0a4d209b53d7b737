/**
 * A version that a team's cleaner has deleted cannot be restored. Slipway restores the nearest older version that was
 * live.
 */
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { back, cleanUp, recreate, undone } from './a-recreated-function.ts';
import { baking, goOn, promoted } from './a-rollout.ts';
import { aScene, type Scene, target } from './a-scene.ts';
import { pages } from './in-a-scene.ts';

const alarmed = async (scene: Scene) => {
  await scene.pass(MINUTE);
  scene.setAlarm('ALARM');
  return remediateAlarm(scene.ports, scene.alarmEvent());
};

/** Slipway promotes 42 and then 43, starting from 41. */
async function twicePromoted() {
  const scene = await aScene({ watch: { hours: 24 } });
  await promoted(scene);
  const second = await promoted(scene, { version: '43' });
  return { scene, second };
}

test('a rollback goes to the nearest older version when the one before is gone', async () => {
  const { scene } = await twicePromoted();
  cleanUp(scene, ['42']);

  expect(await back(scene)).toMatchObject({ stable: '41', canary: '43' });
  expect(scene.live()).toEqual({ 41: 100 });
});

test('a rollback skips a version before whose number now belongs to another version', async () => {
  const { scene } = await twicePromoted();
  recreate(scene, { live: '43', same: ['41', '43'] });

  await back(scene);

  expect(scene.live()).toEqual({ 41: 100 });
});

test('an alarm undoes to an older version when the version before is gone, and pages once', async () => {
  const { scene, second } = await twicePromoted();
  cleanUp(scene, ['42']);

  await alarmed(scene);
  const rollback = await undone(scene, second);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(rollback)).toMatchObject({ status: 'rolledBack', stable: '41', canary: '43' });
  expect(pages(scene).map(({ body }) => body)).toEqual([
    expect.stringContaining('Slipway goes back to version 41, which was live before it.'),
  ]);
});

test('an alarm skips a version before whose number now belongs to another version', async () => {
  const { scene, second } = await twicePromoted();
  recreate(scene, { live: '43', same: ['41', '43'] });

  await alarmed(scene);
  await undone(scene, second);

  expect(scene.live()).toEqual({ 41: 100 });
});

test('without an older version, a rollback is refused and an alarm ends as failed, with the next step', async () => {
  const { scene, second } = await twicePromoted();
  cleanUp(scene, ['41', '42']);

  await expect(back(scene)).rejects.toMatchObject({
    name: 'NotFound',
    message: expect.stringMatching(
      /42.*No older version that was live is there either\. Deploy a version that works\.$/,
    ),
  });
  await alarmed(scene);
  const rollback = await undone(scene, second);

  expect(scene.live()).toEqual({ 43: 100 });
  expect(scene.deployment(rollback)).toMatchObject({
    status: 'failed',
    because: expect.stringContaining('There is nothing to go back to: deploy a version that works, now.'),
  });
  expect(pages(scene)).toHaveLength(1);
});

test('a rollout at 100 % whose stable version is gone rolls back to the version before that', async () => {
  const strategy = [{ setWeight: 100 }, { bake: { minutes: 5 } }, { judge: {} }] as const;
  const scene = await aScene({ watch: { hours: 24 } });
  await promoted(scene);
  const id = await baking(scene, { version: '43', strategy });
  expect(scene.live()).toEqual({ 43: 100 });
  cleanUp(scene, ['42']);

  await alarmed(scene);
  await goOn(scene, id);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(id)).toMatchObject({ status: 'rolledBack', stable: '41' });
});

test('an alias that is gone gets no rollback to an older version', async () => {
  const { scene, second } = await twicePromoted();
  scene.cloud.lambda.deleteAlias(target.function, { alias: target.alias });

  await alarmed(scene);

  expect(scene.deployment(second).replacedBy).toBeNull();
  expect(scene.kinds(second).filter((kind) => kind === 'RollBackFailed')).toHaveLength(1);
});
