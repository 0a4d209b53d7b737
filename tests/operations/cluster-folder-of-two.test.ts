import type { ClusterObject } from '../../src/domain/cluster/cluster-object.ts';
import { specOf, templateOf } from '../../src/domain/cluster/workload-objects.ts';
import type { Route } from '../../src/domain/service-spec.ts';
import { aDeploymentObject, aService } from '../domain/a-workload.ts';
import { aWorkload } from './a-workload.ts';
import { rolloutOf } from './a-workload-rollout.ts';
import { httpRoute } from './a-workload-route.ts';

/** Two services out of one folder, whose pods have one account and read one ConfigMap. */
const NAMES = ['orders', 'basket'] as const;
type Name = (typeof NAMES)[number];

function deployment(name: Name, account: object): ClusterObject {
  const envFrom = [{ configMapRef: { name: 'common' } }];
  const containers = [{ name: 'app', image: `${name}:latest`, envFrom }];
  const made = aDeploymentObject({ name, labels: { app: name }, containers });
  const template = templateOf(made);
  return { ...made, spec: { ...specOf(made), template: { ...template, spec: { ...specOf(template), ...account } } } };
}

function folder(mode: string, account?: string): readonly ClusterObject[] {
  return [
    ...NAMES.flatMap((name) => [
      aService(name, { app: name }),
      deployment(name, account === undefined ? {} : { serviceAccountName: account }),
    ]),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'common' }, data: { mode } },
    ...(account === undefined ? [] : [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account } }]),
  ];
}

function aShop(folders: Readonly<Record<string, readonly ClusterObject[]>>, route: Route = { kind: 'replicas' }) {
  const workload = aWorkload({ route, bare: true, folders });
  workload.cluster.addNamespace('shop');
  const fences = { orders: 0, basket: 0 };
  const rollout = async (name: Name, from: string) => {
    fences[name] += 1;
    const { target, run } = workload;
    const wanted = { image: `${name}:${fences[name]}` };
    const order = { fence: fences[name], wanted, manifests: { folder: from }, weights: [25] };
    const it = rolloutOf({ target: { ...target, workload: name }, run }, order);
    await it.plan();
    return it;
  };
  return {
    ...workload,
    rollout,
    promoted: async (name: Name, from: string) => {
      const it = await rollout(name, from);
      await it.promote();
      return it;
    },
  };
}

test('what the pods of another service still need stays when one of the two no longer has it', async () => {
  const shop = aShop({ one: folder('one', 'reader'), two: folder('two'), three: folder('three') });
  for (const name of NAMES) await shop.promoted(name, 'one');
  for (const from of ['one', 'two', 'three', 'two']) await shop.promoted('orders', from);

  shop.cluster.scaleByHand({ manager: 'kubectl', ref: shop.ref('Deployment', 'basket'), replicas: 6 });
  await shop.pass(60_000);
  expect(shop.readyPods()).toMatchObject({ 'basket:1': 6 });
});

test('and is left alone while nobody can tell what the other one needs', async () => {
  const shop = aShop({ one: folder('one', 'reader'), two: folder('two') });
  for (const name of NAMES) await shop.promoted(name, 'one');
  await shop.promoted('orders', 'one');
  const ref = shop.ref('ConfigMap', 'slipway-basket');
  shop.cluster.changeByHand({ manager: 'kubectl', ref, change: { data: { record: 'spoilt' } } });
  await shop.promoted('orders', 'two');
  expect(shop.find('ServiceAccount', 'reader')).toBeDefined();
});

test('a route that leads to both keeps the share of the one when the other is promoted', async () => {
  const { apiVersion, kind, metadata } = httpRoute({ name: 'shop-front', namespace: 'shop' }, []);
  const rules = NAMES.map((name) => ({ backendRefs: [{ name, port: 80 }] }));
  const both = [...folder('one'), { apiVersion, kind, metadata, spec: { rules } }];
  const shop = aShop({ both }, { kind: 'httpRoute', name: 'shop-front' });
  for (const name of NAMES) await shop.promoted(name, 'both');
  const basket = await shop.rollout('basket', 'both');
  await basket.weigh(25);

  await shop.promoted('orders', 'both');

  const found = shop.find('HTTPRoute', 'shop-front')?.spec as { rules: { backendRefs: { weight: number }[] }[] };
  expect(found.rules.map(({ backendRefs }) => backendRefs.map(({ weight }) => weight))).toEqual([
    [100, 0],
    [75, 25],
  ]);
});
