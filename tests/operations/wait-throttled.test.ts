/** A wait that a signal has overtaken, while Step Functions takes no answer. */

import type { SignalKind } from '../../src/domain/signal.ts';
import { observeRollouts } from '../../src/operations/observe-rollouts.ts';
import { registerWait } from '../../src/operations/register-wait.ts';
import { shiftTraffic } from '../../src/operations/shift-traffic.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { goOn, planned } from './a-rollout.ts';
import { aScene } from './a-scene.ts';

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

test('a wait that cannot be answered because Step Functions throttles is answered by the next tick, and nothing goes back', async () => {
  const { scene, deploymentId, wait } = await overtaken('promote');
  await wait();
  expect(scene.answered).toEqual([]);

  await scene.pass(MINUTE);
  await observeRollouts(scene.ports);
  expect(scene.answered).toEqual(['token-1']);
  await goOn(scene, deploymentId);
  expect(scene.deployment(deploymentId).status).toBe('promoted');
});

test('a wait of a rollout that goes back fails when Step Functions throttles, so that the machine goes back at once', async () => {
  const { wait } = await overtaken('abort');
  await expect(wait()).rejects.toMatchObject({ name: 'Transient' });
});
