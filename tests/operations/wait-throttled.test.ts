/** A signal arrives during a wait, while Step Functions accepts no answer to the wait's token. */

import type { SignalKind } from '../../src/domain/deployment/signal.ts';
import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { registerWait } from '../../src/operations/rollout/register-wait.ts';
import { shiftTraffic } from '../../src/operations/rollout/shift-traffic.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, deploy, goOn, planned, promoted } from './a-rollout.ts';
import { aScene } from './a-scene.ts';

const CALM = { errorPercent: 0, medianMs: 20, p99Ms: 80 };

async function overtaken(kind: SignalKind) {
  const scene = await aScene();
  const deploymentId = await planned(scene);
  await shiftTraffic(scene.ports, { deploymentId, toPercent: 10 });
  await scene.ports.deployments.record(deploymentId, ({ deployment }) => ({
    deployment: { ...deployment, signal: { kind, because: 'x', by: 'ada', at: scene.now() } },
    entries: [],
  }));
  scene.breakNext('workflows.answer');
  const wait = () => registerWait(scene.ports, { deploymentId, token: 'token-1', waitFor: 'bake' });
  return { scene, deploymentId, wait };
}

test('a wait whose answer Step Functions throttles is answered by the next tick, and nothing rolls back', async () => {
  const { scene, deploymentId, wait } = await overtaken('promote');
  await wait();
  expect(scene.answered).toEqual([]);

  await scene.pass(MINUTE);
  await observeRollouts(scene.ports);
  expect(scene.answered).toEqual(['token-1']);
  await goOn(scene, deploymentId);
  expect(scene.deployment(deploymentId).status).toBe('promoted');
});

test('a throttled wait of a rollout that has to roll back fails, so that the machine rolls back at once', async () => {
  const { wait } = await overtaken('abort');
  await expect(wait()).rejects.toMatchObject({ name: 'Transient' });
});

test('a rollback to an older version is made at once, also while Step Functions throttles every answer', async () => {
  const scene = await aScene();
  const older = await promoted(scene);
  const live = await promoted(scene, { version: '43' });
  scene.cloud.lambda.publishVersion({ functionName: 'checkout', code: { kind: 'modelled', behaviour: CALM } });
  await baking(scene, { version: '44' });
  for (const _answer of ['supersede', 'superseded']) scene.breakNext('workflows.answer');
  const order = { service: 'checkout', to: older, reason: 'worse', by: 'ada', requestKey: null };
  const rollback = await startRollback(scene.ports, order);

  expect(scene.live()).toEqual({ 42: 100 });
  expect(scene.executions.get(`rollback ${rollback.id}`)).toBe('running');
  expect(scene.deployment(live).status).toBe('promoted');
});

test('a deployment that supersedes another one is started while Step Functions throttles every answer', async () => {
  const scene = await aScene();
  const first = await baking(scene);
  for (const _answer of ['supersede', 'superseded']) scene.breakNext('workflows.answer');
  const second = await deploy(scene, { version: '43', supersede: true });

  expect(scene.executions.get(`rollout ${second}`)).toBe('running');
  expect(scene.deployment(first).status).toBe('superseded');
});
