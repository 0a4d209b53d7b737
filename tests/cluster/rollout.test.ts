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

test('blue/green: the Service is switched to the new pods at once, and back by an alarm', async () => {
  const strategy = [BAKE, { setWeight: 100 }, { bake: { minutes: 10 } }];
  await first({ name: 'blue', strategy, target: { route: { kind: 'blueGreen' } } });
  const trackOf = async (service: string) =>
    (await namespace.read<{ spec: { selector: Record<string, string> } }>('service', service)).spec.selector[
      'slipway/track'
    ];
  expect([await trackOf('blue'), await trackOf('blue-preview')]).toEqual(['stable', 'canary']);

  const id = await slipway.deploy('blue', TWO);
  await slipway.atPercent(id, 100);
  expect([await trackOf('blue'), await trackOf('blue-preview')]).toEqual(['canary', 'canary']);
  expect(await slipway.pods('blue')).toEqual({ [ONE]: 3, [TWO]: 3 });

  slipway.turnRed('blue');
  expect(await slipway.ended(id)).toMatchObject({ status: 'rolledBack', atPercent: 0 });
  expect(await trackOf('blue')).toBe('stable');
  expect(await slipway.pods('blue')).toEqual({ [ONE]: 3 });
});

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

test.each([
  ['httpRoute', 'HTTPRoute'],
  ['albIngress', 'Ingress'],
] as const)('%s: the weights are set, read back, and 0 after the way back', async (kind, resource) => {
  const name = kind.toLowerCase();
  await namespace.apply(routeTo(name));
  const weights = async () => weightsIn(await namespace.read(resource, name), name);
  await first({ name, strategy: [{ setWeight: 20 }, { bake: { minutes: 10 } }], target: { route: { kind, name } } });
  const id = await slipway.deploy(name, TWO);
  await slipway.atPercent(id, 20);
  expect(await weights()).toEqual({ [name]: 80, [`${name}-canary`]: 20 });
  expect(await slipway.pods(name)).toEqual({ [ONE]: 3, [TWO]: 1 });

  await slipway.client.promoteDeployment({ id, reason: 'It looks good' });
  expect(await slipway.ended(id)).toMatchObject({ status: 'promoted' });
  expect(await weights()).toEqual({ [name]: 100, [`${name}-canary`]: 0 });
  expect(await slipway.pods(name)).toEqual({ [TWO]: 3 });
});

/** As a team would make it, for either kind: all calls lead to the workload. */
function routeTo(name: string) {
  if (name === 'httproute') {
    const rules = [{ backendRefs: [{ name, port: 80 }] }];
    return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name }, spec: { rules } };
  }
  const targetGroups = [{ serviceName: name, servicePort: 80, weight: 100 }];
  const action = JSON.stringify({ type: 'forward', forwardConfig: { targetGroups } });
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, annotations: { [`alb.ingress.kubernetes.io/actions.${name}`]: action } },
    spec: { defaultBackend: { service: { name, port: { name: 'use-annotation' } } } },
  };
}

interface SeenRoute {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly rules?: readonly { readonly backendRefs: readonly Weighted[] }[] };
}
interface Weighted {
  readonly name?: string;
  readonly serviceName?: string;
  readonly weight: number;
}

function weightsIn({ metadata, spec }: SeenRoute, name: string): Record<string, number> {
  const action = metadata.annotations?.[`alb.ingress.kubernetes.io/actions.${name}`];
  const groups: readonly Weighted[] =
    action === undefined ? (spec.rules?.[0]?.backendRefs ?? []) : JSON.parse(action).forwardConfig.targetGroups;
  return Object.fromEntries(groups.map((group) => [group.name ?? group.serviceName, group.weight]));
}

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
