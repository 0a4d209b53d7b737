import { aNamespace, type Namespace } from './a-namespace.ts';
import { aSlipway, type Slipway } from './a-slipway.ts';
import { eventually } from './eventually.ts';

let namespace: Namespace;
let slipway: Slipway;
beforeAll(async () => {
  namespace = await aNamespace({ 'pod-security.kubernetes.io/enforce': 'restricted' });
  slipway = await aSlipway({ namespace });
});
afterAll(async () => {
  await slipway.close();
  await namespace.remove();
});

const ONE = 'nginx:1.28';
const TWO = 'nginx:1.29';
const BAKE = { bake: { seconds: 4 } };

/** The first version, live. */
async function first(order: Parameters<Slipway['register']>[0]): Promise<void> {
  await slipway.register(order);
  const { status, because } = await slipway.ended(await slipway.deploy(order.name, ONE));
  expect([status, because]).toEqual(['promoted', expect.stringContaining('holds all the traffic')]);
}

test('a first deploy, and then a canary from 10 to 50 to 100 %, with the pods of both versions counted at every step', async () => {
  const strategy = [{ setWeight: 10 }, BAKE, { setWeight: 50 }, BAKE, { setWeight: 100 }, BAKE];
  const manifests = { port: 8080, replicas: 9, environment: {}, secrets: [] };
  await first({ name: 'orders', strategy, target: { manifests } });
  expect(await slipway.pods('orders')).toEqual({ [ONE]: 9 });

  const id = await slipway.deploy('orders', TWO);
  await slipway.atPercent(id, 10);
  expect(await slipway.pods('orders')).toEqual({ [ONE]: 9, [TWO]: 1 });
  await slipway.atPercent(id, 50);
  expect(await slipway.pods('orders')).toEqual({ [ONE]: 9, [TWO]: 9 });
  await slipway.atPercent(id, 100);
  expect(await slipway.pods('orders')).toEqual({ [TWO]: 9 });

  expect(await slipway.ended(id)).toMatchObject({ status: 'promoted', atPercent: 100 });
  expect(await slipway.pods('orders')).toEqual({ [TWO]: 9 });
  await expect(namespace.read('deployment', 'orders-canary')).rejects.toThrow('not found');
});

test('an alarm takes a bad canary back to no canary pod, with nobody there', async () => {
  await first({ name: 'stock', strategy: [{ setWeight: 50 }, { bake: { minutes: 10 } }] });
  const id = await slipway.deploy('stock', TWO);
  await slipway.atPercent(id, 50);
  expect(await slipway.pods('stock')).toEqual({ [ONE]: 3, [TWO]: 3 });

  slipway.turnRed('stock');
  const { status, because, atPercent } = await slipway.ended(id);
  expect([status, because, atPercent]).toEqual([
    'rolledBack',
    expect.stringContaining('Alarm stock-errors turned red'),
    0,
  ]);
  expect(await slipway.pods('stock')).toEqual({ [ONE]: 3 });
  await eventually(async () =>
    expect(await namespace.list('pods', 'slipway/workload=stock,slipway/track=canary')).toEqual([]),
  );
});

test('the canary follows the number of stable pods that an autoscaler has set', async () => {
  await first({ name: 'scaled', strategy: [{ setWeight: 25 }, { bake: { minutes: 10 } }] });
  // There are no metrics here for it to go by, so its part is played by hand: it too uses the scale subresource.
  await namespace.kubectl(['scale', 'deployment', 'scaled', '--replicas=6']);
  await eventually(async () => expect(await slipway.pods('scaled')).toEqual({ [ONE]: 6 }), 60_000);
  const id = await slipway.deploy('scaled', TWO);
  await slipway.atPercent(id, 25);
  expect(await slipway.pods('scaled')).toEqual({ [ONE]: 6, [TWO]: 2 });
  await slipway.client.abortDeployment({ id, reason: 'Seen enough' });
  expect(await slipway.ended(id)).toMatchObject({ status: 'rolledBack' });
  expect(await slipway.pods('scaled')).toEqual({ [ONE]: 6 });
});

test('a newer deployment takes the place of the one in flight, and clears its canary', async () => {
  await first({ name: 'busy', strategy: [{ setWeight: 50 }, { bake: { minutes: 10 } }] });
  const before = await slipway.deploy('busy', TWO);
  await slipway.atPercent(before, 50);
  const started = await slipway.client.startDeployment({
    service: 'busy',
    artifact: { image: 'nginx:1.27' },
    supersede: true,
  });
  const id = 'id' in started ? started.id : '';
  await slipway.atPercent(id, 50);
  expect(await slipway.pods('busy')).toEqual({ [ONE]: 3, 'nginx:1.27': 3 });
  expect(await slipway.show(before)).toMatchObject({ status: 'superseded', atPercent: 0 });
  await slipway.client.abortDeployment({ id, reason: 'Seen enough' });
  expect(await slipway.ended(id)).toMatchObject({ status: 'rolledBack' });
});
