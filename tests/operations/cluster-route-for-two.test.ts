import type { Route } from '../../src/domain/service/service-spec.ts';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { fieldsOf, listOf, specOf } from '../../src/domain/workload/workload-objects.ts';
import { CALL_STEP } from '../effort.ts';
import { aFolderForTwo, folderForTwo } from './a-folder-for-two.ts';
import { overtakenPort } from './a-workload-port.ts';

type Refs = readonly (readonly [name: string, weight?: number])[];

/** The rules of the folder's one route: a rule for each service, and a rule whose weights a team moves itself. */
interface Front {
  readonly name?: string;
  readonly pay?: Refs;
  readonly mark?: string;
}

const PAY: Refs = [
  ['pay-old', 90],
  ['pay-new', 10],
];

function httpRoute({ name = 'shop-front', pay = PAY, mark = 'one' }: Front): ClusterObject {
  const rule = (path: string, refs: Refs) => ({
    matches: [{ path: { type: 'PathPrefix', value: path } }],
    backendRefs: refs.map(([to, weight]) => ({ name: to, port: 80, ...(weight === undefined ? {} : { weight }) })),
  });
  const rules = [rule('/orders', [['orders']]), rule('/billing', [['billing']]), rule(`/pay/${mark}`, pay)];
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name }, spec: { rules } };
}

function ingress({ name = 'shop-front', pay = PAY, mark = 'one' }: Front): ClusterObject {
  const action = (refs: Refs) =>
    JSON.stringify({
      type: 'forward',
      forwardConfig: {
        targetGroups: refs.map(([serviceName, weight]) => ({
          serviceName,
          servicePort: 80,
          ...(weight === undefined ? {} : { weight }),
        })),
      },
    });
  const annotations = {
    'alb.ingress.kubernetes.io/actions.orders': action([['orders']]),
    'alb.ingress.kubernetes.io/actions.billing': action([['billing']]),
    'alb.ingress.kubernetes.io/actions.pay': action(pay),
    'alb.ingress.kubernetes.io/actions.moved': JSON.stringify({ type: 'redirect' }),
  };
  const backend = { service: { name: 'orders', port: { name: 'use-annotation' } } };
  const paths = [{ path: `/${mark}`, pathType: 'Prefix', backend }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, annotations },
    spec: { rules: [{ http: { paths } }] },
  };
}

/** The weights of the object by Service. */
function weightsOf(object: ClusterObject | undefined): Readonly<Record<string, number>> {
  const { annotations = {} } = object?.metadata ?? {};
  const actions = Object.entries(annotations).filter(([name]) => name.startsWith('alb.ingress.kubernetes.io/actions.'));
  const refs =
    object?.kind === 'HTTPRoute'
      ? listOf(specOf(object).rules).flatMap(({ backendRefs }) => listOf(backendRefs))
      : actions.flatMap(([, text]) => listOf(fieldsOf(JSON.parse(text).forwardConfig).targetGroups));
  return Object.fromEntries(refs.map(({ name, serviceName, weight }) => [name ?? serviceName, weight]));
}

const KINDS = [
  { route: { kind: 'httpRoute', name: 'shop-front' } as const, made: httpRoute },
  { route: { kind: 'albIngress', name: 'shop-front' } as const, made: ingress },
];

describe.each(KINDS)('a route of kind $route.kind that leads to two services', ({ route, made }) => {
  const back = made({ name: 'shop-back' });
  const more: Readonly<Record<string, readonly ClusterObject[]>> = {
    one: [made({}), back],
    two: [made({ mark: 'two' }), back],
    split: [made({ pay: [PAY[0] ?? [''], ['pay-new', 40]] }), back],
  };
  const folders = Object.fromEntries(
    Object.entries(more).map(([name, routes]) => [name, folderForTwo({ value: name, more: routes })]),
  );

  async function live(on: Route = route) {
    const shop = aFolderForTwo({ folders, route: on });
    shop.cluster.removeByHand(shop.ref(made({}).kind, 'shop-front'));
    const first = await shop.promoted('orders', 'one');
    await shop.promoted('billing', 'one');
    const find = (name = 'shop-front') => shop.find(made({}).kind, name);
    /** Moves the weights of a team's own part, as the team or its tool would. */
    const movePay = (old: number) => {
      const moved = (key: string, value: unknown): unknown => {
        if (key.endsWith('actions.pay')) return JSON.stringify(JSON.parse(String(value), moved));
        const { name, serviceName = name } = fieldsOf(value);
        if (serviceName === 'pay-old') return { ...fieldsOf(value), weight: old };
        return serviceName === 'pay-new' ? { ...fieldsOf(value), weight: 100 - old } : value;
      };
      const { metadata, spec } = JSON.parse(JSON.stringify(find()), moved) as ClusterObject;
      const { annotations } = metadata;
      shop.cluster.changeByHand({
        manager: 'flagger',
        ref: shop.ref(made({}).kind, 'shop-front'),
        change: made({}).kind === 'HTTPRoute' ? { spec } : { metadata: { annotations } },
      });
    };
    return { ...shop, first, find, movePay, weights: (name?: string) => weightsOf(find(name)) };
  }

  const next = async (shop: Awaited<ReturnType<typeof live>>, service: 'orders' | 'billing', folder: string) => {
    const it = shop.rollout(service, folder);
    await it.plan();
    return it;
  };

  test.each([25, 50, 100])(
    'the share of %d %% of one service stays through all steps of the other',
    async (percent) => {
      const shop = await live();
      const billing = await next(shop, 'billing', 'two');
      await billing.weigh(percent);
      const held = { billing: 100 - percent, 'billing-canary': percent, 'pay-old': 90, 'pay-new': 10 };
      for (const folder of ['one', 'two']) {
        const orders = await next(shop, 'orders', folder);
        expect(shop.weights()).toMatchObject(held);
        await orders.weigh(25);
        expect(shop.weights()).toMatchObject({ ...held, orders: 75, 'orders-canary': 25 });
        await orders.promote();
        expect(shop.weights()).toMatchObject({ ...held, orders: 100, 'orders-canary': 0 });
        await orders.takeBack();
        expect(shop.weights()).toMatchObject({ ...held, orders: 100, 'orders-canary': 0 });
        await shop.promoted('orders', folder);
      }
      expect(JSON.stringify(shop.find())).toContain('two');
    },
  );

  test('a split that a team has changed in its own part of the route stays', async () => {
    const shop = await live();
    shop.movePay(60);
    await shop.promoted('orders', 'two');
    expect(shop.weights()).toMatchObject({ 'pay-old': 60, 'pay-new': 40 });
    const second = await shop.promoted('billing', 'two');
    await second.takeBack();
    expect(shop.weights()).toMatchObject({ 'pay-old': 60, 'pay-new': 40 });
  });

  test('a weight that the folder changes is applied once', async () => {
    const shop = await live();
    const billing = await next(shop, 'billing', 'one');
    await billing.weigh(25);
    await shop.promoted('orders', 'split');
    expect(shop.weights()).toMatchObject({ 'pay-old': 90, 'pay-new': 40, billing: 75, 'billing-canary': 25 });
    shop.movePay(60);
    await shop.promoted('orders', 'split');
    expect(shop.weights()).toMatchObject({ 'pay-old': 60, 'pay-new': 40 });
  });

  test('the share of one service stays when only the other service knows it by another name', async () => {
    const shop = await live();
    const elsewhere = { ...shop.target, workload: 'billing', route: { ...route, name: 'shop-back' } } as const;
    const billing = shop.rollout('billing', 'two', elsewhere);
    await billing.plan();
    await billing.weigh(25);
    expect(shop.weights('shop-back')).toMatchObject({ billing: 75, 'billing-canary': 25 });
    await shop.promoted('orders', 'two');
    expect(shop.weights('shop-back')).toMatchObject({ billing: 75, 'billing-canary': 25 });
  });

  test('both services have their share when one shifts at any moment of the other’s promotion', async () => {
    for (let nth = 1; ; nth += 2 * CALL_STEP) {
      const shop = await live();
      const billing = await next(shop, 'billing', 'two');
      await billing.weigh(25);
      const orders = await next(shop, 'orders', 'two');
      const by = () => shop.start(billing.orders.weigh(50));
      const overtaken = overtakenPort(shop.cluster.port, { nth, by });
      await orders.promote(overtaken.port);
      if (overtaken.calls() < nth) break;
      await shop.pass(60_000);
      expect(shop.weights()).toMatchObject({ billing: 50, 'billing-canary': 50, orders: 100, 'orders-canary': 0 });
    }
  });

  test('both services have their share when they shift at once', async () => {
    const shop = await live();
    const both = [await next(shop, 'orders', 'two'), await next(shop, 'billing', 'two')];
    await Promise.all(both.map((it) => it.weigh(25)));
    expect(shop.weights()).toMatchObject({ orders: 75, 'orders-canary': 25, billing: 75, 'billing-canary': 25 });
    await Promise.all([both[0]?.promote(), both[1]?.weigh(50)]);
    expect(shop.weights()).toMatchObject({ orders: 100, 'orders-canary': 0, billing: 50, 'billing-canary': 50 });
  });
});
