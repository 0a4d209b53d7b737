import { aLiveWorkload, aWorkload } from './a-workload.ts';
import { ownFolder } from './a-workload-folder.ts';
import { httpRoute, ingress } from './a-workload-route.ts';

const metadata = { name: 'shop-front', namespace: 'shop' };
const KINDS = [
  {
    route: { kind: 'httpRoute', name: 'shop-front' } as const,
    object: (path: string) => {
      const made = httpRoute(metadata, [{ name: 'orders', port: 80 }]);
      const [rule] = (made.spec as { rules: object[] }).rules;
      return { ...made, spec: { rules: [{ ...rule, matches: [{ path: { type: 'PathPrefix', value: path } }] }] } };
    },
  },
  {
    route: { kind: 'albIngress', name: 'shop-front' } as const,
    object: (path: string) => {
      const made = ingress(metadata, [{ serviceName: 'orders', servicePort: 80 }]);
      return { ...made, metadata: { ...made.metadata, labels: { path: path.slice(1) } } };
    },
  },
];

describe.each(KINDS)("with a route of kind $route.kind in the team's own folder", ({ route, object }) => {
  const folders = { one: ownFolder({ more: [object('/one')] }), two: ownFolder({ more: [object('/two')] }) };
  const scene = { route, bare: true, manifests: { folder: 'one' }, folders };

  async function live(byHand: boolean) {
    const workload = aWorkload(scene);
    workload.cluster.addNamespace('shop');
    if (byHand) workload.cluster.applyByHand({ manager: 'kubectl', object: object('/one') });
    const first = workload.rollout('good:1', { fence: 1 });
    await first.plan();
    await first.promote();
    return workload;
  }

  test.each([false, true])(
    'a first deployment creates the route of the folder, also when a person has applied it: %s',
    async (byHand) => {
      const workload = await live(byHand);
      expect(workload.weights()).toEqual({ orders: 100, 'orders-canary': 0 });
      expect(workload.calls()).toEqual({ 'good:1': 100 });
    },
  );

  test("the route has Slipway's weights and the folder's other fields, through a rollout and a promotion", async () => {
    const workload = await live(false);
    const second = workload.rollout('good:2', { fence: 2, manifests: { folder: 'two' } });
    await second.plan();
    const seen = workload.watchCalls();
    await second.weigh(25);
    expect(workload.weights()).toEqual({ orders: 75, 'orders-canary': 25 });
    await second.weigh(100);
    await second.promote();

    expect(workload.weights()).toEqual({ orders: 100, 'orders-canary': 0 });
    expect(JSON.stringify(workload.find(route.kind === 'httpRoute' ? 'HTTPRoute' : 'Ingress', 'shop-front'))).toContain(
      'two',
    );
    expect(seen).toEqual([{ 'good:1': 100 }, { 'good:1': 75, 'good:2': 25 }, { 'good:2': 100 }]);
    const third = workload.rollout('good:3', { fence: 3, manifests: { folder: 'one' } });
    await third.plan();
    await third.weigh(25);
    await third.takeBack();
    expect(workload.calls()).toEqual({ 'good:2': 100 });
  });

  test('a route that a person deleted during the rollout comes back with the rollback', async () => {
    const workload = await live(false);
    const second = workload.rollout('good:2', { fence: 2 });
    await second.plan();
    await second.weigh(25);
    workload.cluster.removeByHand(workload.ref(route.kind === 'httpRoute' ? 'HTTPRoute' : 'Ingress', 'shop-front'));
    expect((await second.takeBack()).notes).toEqual([]);
    expect(workload.weights()).toEqual({ orders: 100, 'orders-canary': 0 });
    expect(workload.calls()).toEqual({ 'good:1': 100 });
  });

  test('a route that a later version brings or changes leads to stable at first', async () => {
    const workload = await aLiveWorkload({
      manifests: { folder: 'plain' },
      folders: { ...folders, plain: ownFolder() },
    });
    const target = { ...workload.target, route };
    const second = workload.rollout('good:2', { fence: 2, target, manifests: { folder: 'two' } });
    await second.plan();
    await second.weigh(25);
    const found = workload.find(route.kind === 'httpRoute' ? 'HTTPRoute' : 'Ingress', 'shop-front');
    expect(JSON.stringify(found)).toContain('orders-canary');
    await second.promote();
  });
});

test.each(KINDS)(
  'a rollback ends without a route of kind $route.kind that a person has deleted, and says so',
  async ({ route }) => {
    const workload = await aLiveWorkload({ route });
    const second = workload.rollout('good:2', { fence: 2 });
    await second.plan();
    await second.weigh(25);
    workload.cluster.removeByHand(workload.ref(route.kind === 'httpRoute' ? 'HTTPRoute' : 'Ingress', 'shop-front'));
    expect((await second.takeBack()).notes).toEqual([
      expect.stringMatching(
        /^There is no (HTTPRoute|Ingress) shop\/shop-front, so nobody leads calls to the workload by it\. Create it/,
      ),
    ]);
    expect(workload.pods()).toEqual({ 'good:1': 3 });
  },
);
