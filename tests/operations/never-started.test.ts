/**
 * A deployment that was opened, and whose machine was not started. Any later request or tick that records something
 * about it starts the machine.
 */

import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import { takeTrafficBack } from '../../src/operations/way-back/take-traffic-back.ts';
import { deploy } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';

async function neverStarted(): Promise<{ readonly scene: Scene; readonly id: string }> {
  const scene = await aScene();
  scene.breakNext('workflows.start', 'before');
  const id = await deploy(scene);
  expect(scene.executions.size).toBe(0);
  return { scene, id };
}

const asked = { reason: 'a test', by: 'ada', requestKey: null } as const;

test.each<[string, (scene: Scene, id: string) => Promise<unknown>]>([
  ['an abort', ({ ports }, id) => abortDeployment(ports, { id, ...asked })],
  [
    'a second abort',
    async ({ ports, breakNext }, id) => {
      breakNext('workflows.start', 'before');
      await abortDeployment(ports, { id, ...asked });
      await abortDeployment(ports, { id, ...asked, by: 'grace' });
    },
  ],
  ['a rollback', ({ ports }) => startRollback(ports, { service: 'checkout', ...asked })],
  ['a pause', ({ ports }, id) => signalDeployment(ports, { id, signal: 'pause', ...asked })],
])('%s of a deployment that was never started starts its machine', async (_what, ask) => {
  const { scene, id } = await neverStarted();

  await ask(scene, id);

  expect(scene.executions.get(`rollout ${id}`)).toBe('running');
});

test('a deployment that is superseded before it was started needs no machine', async () => {
  const { scene, id } = await neverStarted();

  await takeTrafficBack(scene.ports, {
    deployment: scene.deployment(id),
    kind: 'supersede',
    because: 'a newer one',
    by: 'ada',
  });

  expect(scene.executions.size).toBe(0);
});

test('a deployment that was never started is started by the next tick, after its own request has had the time', async () => {
  const { scene, id } = await neverStarted();

  await observeRollouts(scene.ports);
  expect(scene.executions.size).toBe(0);
  await scene.pass(30_000);
  await observeRollouts(scene.ports);

  expect(scene.executions.get(`rollout ${id}`)).toBe('running');
});
