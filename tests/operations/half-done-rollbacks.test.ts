/** A rollback or undo of Slipway that stops half-way, and how the next task or tick completes it. */
import { SlipwayError } from '../../src/domain/errors.ts';
import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, planned, promoted, settle } from './a-rollout.ts';
import { aScene } from './a-scene.ts';

test('a rollout whose ground is undone in the same moment waits for the undo, then ends without an accusation', async () => {
  const scene = await aScene();
  await promoted(scene);
  const deploymentId = await planned(scene, { version: '43' });
  scene.breakNext('deployments.open');
  await expect(remediateAlarm(scene.ports, scene.alarmEvent())).rejects.toMatchObject({ name: 'Transient' });
  expect(scene.live()).toEqual({ 41: 100 });

  await expect(rollBack(scene.ports, { deploymentId })).rejects.toMatchObject({ name: 'Transient' });
  await scene.pass(2 * MINUTE);
  await rollBack(scene.ports, { deploymentId });
  await settle(scene, deploymentId);

  expect(scene.deployment(deploymentId)).toMatchObject({ status: 'failed', atPercent: 0 });
  expect(scene.kinds(deploymentId)).not.toContain('TrafficMovedByOthers');
  expect(scene.live()).toEqual({ 41: 100 });
});

test('an undo is not taken for a move by others, however long the rollout on top of it has waited', async () => {
  const scene = await aScene();
  await promoted(scene);
  const deploymentId = await planned(scene, { version: '43' });
  await scene.pass(10 * MINUTE);
  scene.breakNext('deployments.record');
  await expect(remediateAlarm(scene.ports, scene.alarmEvent())).rejects.toMatchObject({ name: 'Transient' });

  await expect(rollBack(scene.ports, { deploymentId })).rejects.toMatchObject({ name: 'Transient' });
  await scene.pass(MINUTE);
  await expect(rollBack(scene.ports, { deploymentId })).rejects.toMatchObject({ name: 'Transient' });
  expect(scene.kinds(deploymentId)).not.toContain('TrafficMovedByOthers');

  await scene.pass(MINUTE);
  await rollBack(scene.ports, { deploymentId });
  expect(scene.kinds(deploymentId)).toContain('TrafficMovedByOthers');
});

test('the next tick completes a rollback that a throttle stopped half-way', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  const throttled = new SlipwayError('Transient', 'Rate exceeded.', { details: { throttled: true } });
  scene.breakNext('traffic.takeBack', 'before', () => Promise.reject(throttled));
  const aborted = abortDeployment(scene.ports, { id, reason: 'no', by: 'ada' });
  await expect(aborted).rejects.toMatchObject({ details: { throttled: true } });
  expect(scene.deployment(id)).toMatchObject({ signal: { kind: 'abort' }, atPercent: 10 });
  expect(scene.live()).toMatchObject({ 42: 10 });

  await scene.pass(MINUTE);
  await observeRollouts(scene.ports);

  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.deployment(id).atPercent).toBe(0);
});
