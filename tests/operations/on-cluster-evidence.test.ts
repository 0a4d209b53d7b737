import { judgeCanary } from '../../src/operations/judging/judge-canary.ts';
import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { aClusterScene, baking, orderIn } from './a-cluster-rollout.ts';
import { aPodScene } from './a-pod-scene.ts';
import { ALARM } from './a-scene.ts';

const oneWeight = [{ setWeight: 25 }, { bake: { minutes: 5 } }] as const;

test('a workload whose alarm was deleted is not ordered to promote, and a person is paged', async () => {
  const scene = await aClusterScene({ strategy: oneWeight });
  const id = await baking(scene);
  await scene.pass(5 * MINUTE);
  scene.cloud.alarms.deleteAlarm(ALARM);

  expect(await judgeCanary(scene.ports, { deploymentId: id })).toMatchObject({ next: { do: 'hold' } });
  expect(scene.deployment(id).status).toBe('paused');
  expect(scene.delivered().filter(({ severity }) => severity === 'page')).not.toHaveLength(0);
});

test('a workload whose alarm exists and whose pods are available is ordered to promote', async () => {
  const { scene, deploy } = await aPodScene({ spec: { strategy: oneWeight } });
  const id = await deploy(2);
  await scene.pass(5 * MINUTE);

  expect(orderIn(await judgeCanary(scene.ports, { deploymentId: id }))).toMatchObject({ do: 'promote' });
});

test('a workload whose alarm vanishes in its bake is held within a minute, and that is reported once', async () => {
  const scene = await aClusterScene();
  const id = await baking(scene);
  scene.cloud.alarms.deleteAlarm(ALARM);
  await observeRollouts(scene.ports);
  await observeRollouts(scene.ports);

  expect(scene.deployment(id).progress.pausedAt).toBe(scene.now());
  expect(scene.kinds(id).filter((kind) => kind === 'AlarmsMissing')).toHaveLength(1);
  expect(scene.calls).not.toContain('traffic.readSplit');
});
