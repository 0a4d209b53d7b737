import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { aStage, closeStages, MINUTE } from '../workflows/a-stage.ts';
import { aClusterScene, clusterTarget, promoted } from './a-cluster-rollout.ts';
import { by } from './a-rollout.ts';

afterAll(closeStages);
test('`none` is no version to roll back to', async () => {
  const scene = await aClusterScene();
  await promoted(scene, { from: null, to: 1 });
  await promoted(scene, { from: 1, to: 2 });
  await expect(
    startRollback(scene.ports, { service: 'checkout', reason: 'x', ...by, to: 'none' }),
  ).rejects.toMatchObject({ name: 'NotFound' });
});
test('a rollback further back removes the canary of the rollout that it supersedes', async () => {
  const strategy = [{ setWeight: 25 }, { bake: { minutes: 5 } }];
  const stage = await aStage({ spec: { target: { ...clusterTarget, workload: 'checkout' }, strategy } });
  const first = await stage.deploy({ artifact: { image: 'good:1' } });
  await stage.pass(2 * MINUTE);
  await stage.deploy({ artifact: { image: 'good:2' } });
  await stage.pass(15 * MINUTE);
  await stage.deploy({ artifact: { image: 'good:3' } });
  await stage.pass(2 * MINUTE);
  const { id } = await stage.rollBack(stage.deployment(first).canary ?? '');
  await stage.pass(5 * MINUTE);
  expect(stage.pods()).toEqual({ 'good:1': 3 });
  expect(stage.status(id)).toBe('rolledBack');
});
