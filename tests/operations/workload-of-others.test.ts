import type { Route } from '../../src/domain/service/service-spec.ts';
import { aPodScene, type OnPods } from './a-pod-scene.ts';
import { ask, pages } from './in-a-scene.ts';

const HTTP_ROUTE = { kind: 'httpRoute', name: 'shop-front' } as const;
const ALB = { kind: 'albIngress', name: 'shop-front' } as const;
const ACTION = 'alb.ingress.kubernetes.io/actions.orders';

async function baking(route: Route = HTTP_ROUTE) {
  const strategy = [{ setWeight: 25 }, { bake: { minutes: 30 } }] as const;
  const on = await aPodScene({ route, spec: { strategy } });
  return { on, id: await on.deploy(2) };
}

const told = (on: OnPods, id: string) => on.scene.timeline(id).filter(({ kind }) => kind === 'TrafficMovedByOthers');
const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' } });
const weigh = (on: OnPods, [stable, canary]: readonly [number, number]) => {
  const backendRefs = [
    { name: 'orders', port: 80, weight: stable },
    { name: 'orders-canary', port: 80, weight: canary },
  ];
  const ref = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'shop-front', namespace: 'shop' },
  };
  on.cluster.changeByHand({ manager: 'ada', ref, change: { spec: { rules: [{ backendRefs }] } } });
};

test('weights that another person changes are reported once with one page, and hold the rollout', async () => {
  const { on, id } = await baking();
  weigh(on, [40, 60]);
  await on.tick();
  await on.goOn(id);
  await on.tick(3);

  expect(told(on, id)).toMatchObject([
    {
      by: 'unknown',
      because: expect.stringMatching(/60 % on version/),
      data: { canaryPercent: 60, recordedPercent: 25 },
    },
  ]);
  expect(pages(on.scene)).toHaveLength(1);
  expect(on.scene.deployment(id)).toMatchObject({ status: 'paused', atPercent: 25 });
});

test('a resume gives the canary its recorded share again, and its evidence begins there', async () => {
  const { on, id } = await baking();
  weigh(on, [40, 60]);
  await on.tick();
  await on.goOn(id);
  await ask(on.scene, { id, signal: 'resume' });
  await on.goOn(id);

  expect(on.calls()).toEqual({ 'good:1': 75, 'good:2': 25 });
  expect(on.scene.deployment(id)).toMatchObject({ status: 'rollingOut', progress: { evidenceFrom: on.scene.now() } });
  await on.tick(2);
  expect(told(on, id)).toHaveLength(1);
});

test('weights that another person sets back to stable end the rollout as a rollback by hand', async () => {
  const { on, id } = await baking();
  weigh(on, [100, 0]);
  await on.tick();
  await on.goOn(id);

  expect(told(on, id)).toHaveLength(1);
  expect(on.scene.deployment(id).status).toBe('rolledBack');
  expect(on.calls()).toEqual({ 'good:1': 100 });
});

test('target groups that another person changes are reported', async () => {
  const { on, id } = await baking(ALB);
  const targetGroups = [
    { serviceName: 'orders', servicePort: 80, weight: 10 },
    { serviceName: 'orders-canary', servicePort: 80, weight: 90 },
  ];
  const annotations = { [ACTION]: JSON.stringify({ type: 'forward', forwardConfig: { targetGroups } }) };
  const ref = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'shop-front', namespace: 'shop' },
  };
  on.cluster.changeByHand({ manager: 'ada', ref, change: { metadata: { annotations } } });
  await on.tick();

  expect(told(on, id)).toMatchObject([{ data: { canaryPercent: 90 } }]);
});

test('a selector from which another person removes the track is reported', async () => {
  const { on, id } = await baking();
  on.cluster.changeByHand({
    manager: 'ada',
    ref: service('orders'),
    change: { spec: { selector: { 'slipway/track': null } } },
  });
  await on.tick();

  expect(told(on, id)).toHaveLength(1);
  expect(told(on, id)[0]?.data.canaryPercent).toBeCloseTo(25 + 75 / 4);
});

test('a canary’s Service that a person deletes is reported, and its calls return to stable after readyWithin', async () => {
  const { on, id } = await baking();
  on.cluster.removeByHand(service('orders-canary'));
  await on.tick();
  expect(told(on, id)).toMatchObject([{ because: expect.stringContaining('25 % lead to no pod') }]);
  await on.goOn(id);
  expect(on.scene.deployment(id).status).toBe('paused');

  await on.tick(3);
  await on.goOn(id);
  expect(on.scene.deployment(id)).toMatchObject({
    status: 'rolledBack',
    because: expect.stringContaining('25 % of the calls lead to no pod of the canary'),
  });
  expect(on.calls()).toEqual({ 'good:1': 100 });
});

test('pods that another person scales are reported when pods are the weights', async () => {
  const { on, id } = await baking({ kind: 'replicas' });
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'orders-canary', namespace: 'shop' } };
  on.cluster.changeByHand({ manager: 'ada', ref, change: { spec: { replicas: 6 } } });
  await on.tick();

  expect(told(on, id)[0]?.data.canaryPercent).toBeCloseTo((6 / 9) * 100);
});

test('pods of others behind the Service are named', async () => {
  const { on, id } = await baking({ kind: 'replicas' });
  const labels = on.pods('good:1')[0]?.metadata.labels ?? {};
  const { 'slipway/workload': _workload, 'pod-template-hash': _hash, ...theirs } = labels;
  const own = { ...theirs, team: 'debug' };
  const spec = {
    replicas: 4,
    selector: { matchLabels: own },
    template: { metadata: { labels: own }, spec: { containers: [{ name: 'app', image: 'good:9' }] } },
  };
  const metadata = { name: 'debug', namespace: 'shop' };
  on.cluster.applyByHand({ manager: 'ada', object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec } });
  await on.tick();

  expect(told(on, id)).toMatchObject([
    { because: expect.stringMatching(/Pods such as debug-.* get calls: correct the selector/) },
  ]);
});
