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

/** The first version, live. */
async function first(order: Parameters<Slipway['register']>[0]): Promise<void> {
  await slipway.register(order);
  const { status, because } = await slipway.ended(await slipway.deploy(order.name, ONE));
  expect([status, because]).toEqual(['promoted', expect.stringContaining('holds all the traffic')]);
}

test('a rollback after success restores image, environment and ConfigMap of the version before', async () => {
  const withColour = (COLOUR: string) => ({
    manifests: { port: 8080, replicas: 2, environment: { COLOUR }, secrets: [] },
  });
  const environment = async () => {
    const { spec } = await namespace.read<{
      spec: { template: { spec: { containers: { envFrom: { configMapRef: { name: string } }[] }[] } } };
    }>('deployment', 'paint');
    const name = spec.template.spec.containers[0]?.envFrom[0]?.configMapRef.name ?? '';
    return (await namespace.read<{ data: Record<string, string> }>('configmap', name)).data;
  };
  await first({ name: 'paint', target: withColour('blue') });
  expect(await environment()).toEqual({ COLOUR: 'blue' });

  await slipway.register({ name: 'paint', target: withColour('red') });
  expect(await slipway.ended(await slipway.deploy('paint', TWO))).toMatchObject({ status: 'promoted' });
  expect([await environment(), await slipway.pods('paint')]).toEqual([{ COLOUR: 'red' }, { [TWO]: 2 }]);

  const { id } = await slipway.client.startRollback({ service: 'paint', reason: 'The colour is wrong' });
  expect(await slipway.ended(id)).toMatchObject({ status: 'rolledBack', kind: 'rollback' });
  expect([await environment(), await slipway.pods('paint')]).toEqual([{ COLOUR: 'blue' }, { [ONE]: 2 }]);
});

test('an alarm within the watch undoes a promotion', async () => {
  await first({ name: 'watched' });
  const id = await slipway.deploy('watched', TWO);
  expect(await slipway.ended(id)).toMatchObject({ status: 'promoted' });
  slipway.turnRed('watched');
  const undone = await eventually(async () => {
    const { replacedBy } = await slipway.show(id);
    expect(replacedBy).not.toBeNull();
    return replacedBy ?? '';
  });
  expect(await slipway.ended(undone)).toMatchObject({ status: 'rolledBack' });
  expect(await slipway.pods('watched')).toEqual({ [ONE]: 3 });
});
