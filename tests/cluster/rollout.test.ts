import { aScene, ONE, TWO } from './a-scene.ts';
import { eventually } from './eventually.ts';
import { READY_ANNOTATION } from './pod-stages.ts';

const scene = aScene();

const BAKE = { bake: { seconds: 4 } };

test('after a first deploy a canary goes from 10 to 50 to 100 %, and each step has the right pods of both versions', async () => {
  const strategy = [{ setWeight: 10 }, BAKE, { setWeight: 50 }, BAKE, { setWeight: 100 }, BAKE];
  const manifests = { port: 8080, replicas: 9, environment: {}, secrets: [] };
  await scene.first({ name: 'orders', strategy, target: { manifests } });
  expect(await scene.slipway.pods('orders')).toEqual({ [ONE]: 9 });

  const id = await scene.slipway.deploy('orders', TWO);
  await scene.slipway.atPercent(id, 10);
  expect(await scene.slipway.pods('orders')).toEqual({ [ONE]: 9, [TWO]: 1 });
  await scene.slipway.atPercent(id, 50);
  expect(await scene.slipway.pods('orders')).toEqual({ [ONE]: 9, [TWO]: 9 });
  await scene.slipway.atPercent(id, 100);
  expect(await scene.slipway.pods('orders')).toEqual({ [TWO]: 9 });

  expect(await scene.slipway.ended(id)).toMatchObject({ status: 'promoted', atPercent: 100 });
  expect(await scene.slipway.pods('orders')).toEqual({ [TWO]: 9 });
  await expect(scene.namespace.read('deployment', 'orders-canary')).rejects.toThrow('not found');
});

test('an alarm rolls a bad canary back to no canary pod, without a person', async () => {
  await scene.first({ name: 'stock', strategy: [{ setWeight: 50 }, { bake: { minutes: 10 } }] });
  const id = await scene.slipway.deploy('stock', TWO);
  await scene.slipway.atPercent(id, 50);
  expect(await scene.slipway.pods('stock')).toEqual({ [ONE]: 3, [TWO]: 3 });

  scene.slipway.turnRed('stock');
  const { status, because, atPercent } = await scene.slipway.ended(id);
  expect([status, because, atPercent]).toEqual([
    'rolledBack',
    expect.stringContaining('Alarm stock-errors turned red'),
    0,
  ]);
  expect(await scene.slipway.pods('stock')).toEqual({ [ONE]: 3 });
  await eventually(async () =>
    expect(await scene.namespace.list('pods', 'slipway/workload=stock,slipway/track=canary')).toEqual([]),
  );
});

test('a canary whose pods become unready in the bake is rolled back by the check of the next minute', async () => {
  await scene.first({ name: 'unsteady', strategy: [{ setWeight: 25 }, { bake: { minutes: 10 } }] });
  const id = await scene.slipway.deploy('unsteady', TWO);
  await scene.slipway.atPercent(id, 25);
  await scene.namespace.kubectl([
    ...['annotate', 'pods', `${READY_ANNOTATION}=false`],
    '--selector=slipway/workload=unsteady,slipway/track=canary',
  ]);
  expect(await scene.slipway.ended(id)).toMatchObject({
    status: 'rolledBack',
    because: expect.stringMatching(/0 of the 1 pods .*readiness probe does not pass/),
  });
  expect(await scene.slipway.pods('unsteady')).toEqual({ [ONE]: 3 });
});

test('the canary follows the number of stable pods that an autoscaler has set', async () => {
  await scene.first({ name: 'scaled', strategy: [{ setWeight: 25 }, { bake: { minutes: 10 } }] });
  // The cluster has no metrics for an autoscaler, so the test takes its part. An autoscaler also uses the scale
  // subresource.
  await scene.namespace.kubectl(['scale', 'deployment', 'scaled', '--replicas=6']);
  await eventually(async () => expect(await scene.slipway.pods('scaled')).toEqual({ [ONE]: 6 }));
  const id = await scene.slipway.deploy('scaled', TWO);
  await scene.slipway.atPercent(id, 25);
  expect(await scene.slipway.pods('scaled')).toEqual({ [ONE]: 6, [TWO]: 2 });
  await scene.slipway.client.abortDeployment({ id, reason: 'Seen enough' });
  expect(await scene.slipway.ended(id)).toMatchObject({ status: 'rolledBack' });
  expect(await scene.slipway.pods('scaled')).toEqual({ [ONE]: 6 });
});

test('a newer deployment supersedes the one in flight, and removes its canary', async () => {
  await scene.first({ name: 'busy', strategy: [{ setWeight: 50 }, { bake: { minutes: 10 } }] });
  const before = await scene.slipway.deploy('busy', TWO);
  await scene.slipway.atPercent(before, 50);
  const started = await scene.slipway.client.startDeployment({
    service: 'busy',
    artifact: { image: 'nginx:1.27' },
    supersede: true,
  });
  const id = 'id' in started ? started.id : '';
  await scene.slipway.atPercent(id, 50);
  expect(await scene.slipway.pods('busy')).toEqual({ [ONE]: 3, 'nginx:1.27': 3 });
  expect(await scene.slipway.show(before)).toMatchObject({ status: 'superseded', atPercent: 0 });
  await scene.slipway.client.abortDeployment({ id, reason: 'Seen enough' });
  expect(await scene.slipway.ended(id)).toMatchObject({ status: 'rolledBack' });
});
