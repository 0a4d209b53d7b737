import fc from 'fast-check';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { holdsWeight, portsIn, weightIn, weightNotes, withWeight } from '../../src/domain/workload/route-weights.ts';

const ACTION = 'alb.ingress.kubernetes.io/actions.orders';
const metadata = { name: 'shop-front', namespace: 'shop' };
const backend = (name: string, more: object = {}) => ({ name, port: 80, ...more });

function anHttpRoute(...rules: readonly (readonly object[])[]): ClusterObject {
  const spec = { rules: rules.map((backendRefs) => ({ matches: [], backendRefs })) };
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata, spec };
}

function anIngress(action?: string): ClusterObject {
  const annotations = action === undefined ? {} : { annotations: { [ACTION]: action } };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { ...metadata, ...annotations }, spec: {} };
}
const forwarding = (...targetGroups: readonly object[]) =>
  JSON.stringify({ type: 'forward', forwardConfig: { targetGroups } });

describe('the weights of a route', () => {
  const orders = { workload: 'orders' };

  test.each([
    ['an HTTPRoute', anHttpRoute([backend('orders')])],
    [
      'an HTTPRoute with weights',
      anHttpRoute([backend('orders', { weight: 3 }), backend('orders-canary', { weight: 1 })]),
    ],
    ['an Ingress', anIngress(forwarding({ serviceName: 'orders', servicePort: 80 }))],
  ])(
    'weights that are written into %s are read from it again, and writing them twice changes nothing',
    (_what, route) => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 100 }), (canaryPercent) => {
          const once = withWeight(route, { ...orders, canaryPercent });
          expect(weightIn(once, 'orders')).toBeCloseTo(canaryPercent, 9);
          expect(withWeight(once, { ...orders, canaryPercent })).toEqual(once);
        }),
      );
    },
  );

  test('weights are written into every rule that leads to the workload, and into no other rule', () => {
    const elsewhere = [backend('basket')];
    const shadow = backend('shadow', { weight: 0 });
    const route = anHttpRoute(elsewhere, [backend('orders', { filters: [] }), shadow], [backend('orders')]);

    const { rules } = withWeight(route, { ...orders, canaryPercent: 25 }).spec as {
      rules: readonly { backendRefs: readonly object[] }[];
    };

    const weighted = [backend('orders', { weight: 75 }), backend('orders-canary', { weight: 25 })];
    expect(rules.map(({ backendRefs }) => backendRefs)).toEqual([
      elsewhere,
      [{ ...weighted[0], filters: [] }, { ...weighted[1], filters: [] }, shadow],
      weighted,
    ]);
  });

  test('weights leave the other annotations of an Ingress unchanged', () => {
    const ingress = anIngress(forwarding({ serviceName: 'orders', servicePort: 80 }));
    const annotated = {
      ...ingress,
      metadata: { ...ingress.metadata, annotations: { ...ingress.metadata.annotations, team: 'shop' } },
    };

    expect(withWeight(annotated, { ...orders, canaryPercent: 10 }).metadata.annotations).toEqual({
      team: 'shop',
      [ACTION]: forwarding(
        { serviceName: 'orders', servicePort: 80, weight: 90 },
        { serviceName: 'orders-canary', servicePort: 80, weight: 10 },
      ),
    });
  });

  test.each<[string, ClusterObject]>([
    ['without weights', anHttpRoute([backend('orders')])],
    ['of another workload', anHttpRoute([backend('basket')])],
    ['without rules', anHttpRoute()],
    [
      'that sends nothing anywhere',
      anHttpRoute([backend('orders', { weight: 0 }), backend('orders-canary', { weight: 0 })]),
    ],
    ['without an action', anIngress()],
    ['with an action that is no JSON', anIngress('forward')],
  ])('weights of a route %s are not known', (_what, route) => {
    expect(weightIn(route, 'orders')).toBeNull();
  });

  test.each([
    [
      anHttpRoute([backend('basket')]),
      'HTTPRoute shop/shop-front does not lead to the workload. Give it a rule with a backendRef to Service orders.',
    ],
    [
      anIngress(),
      `Ingress shop/shop-front does not lead to the workload. Give it an annotation ${ACTION} that forwards to a target group of Service orders.`,
    ],
    [
      anIngress(forwarding({ serviceName: 'basket' })),
      `Ingress shop/shop-front does not lead to the workload. Give it an annotation ${ACTION} that forwards to a target group of Service orders.`,
    ],
  ])('weights are not written into a route that leads elsewhere', (route, message) => {
    expect(() => withWeight(route, { ...orders, canaryPercent: 25 })).toThrow(
      expect.objectContaining({ name: 'InvalidRequest', message }),
    );
  });
});

describe('a route that a workload shares with others', () => {
  const orders = { workload: 'orders' };
  const shared = () => anHttpRoute([backend('orders', { weight: 20 }), backend('orders-legacy', { weight: 80 })]);
  const backends = (route: ClusterObject) =>
    (route.spec as { rules: readonly { backendRefs: readonly { name: string; weight: number }[] }[] }).rules.map(
      ({ backendRefs }) => backendRefs.map(({ name, weight }) => [name, weight]),
    );

  test.each([
    [0, 20, 0],
    [10, 18, 2],
    [25, 15, 5],
    [100, 0, 20],
  ])(
    'the own part of an HTTPRoute is split at %i %%, and the part of others stays',
    (canaryPercent, stable, canary) => {
      const [list] = backends(withWeight(shared(), { ...orders, canaryPercent }));
      expect(list).toEqual([
        ['orders', stable],
        ['orders-canary', canary],
        ['orders-legacy', 80],
      ]);
    },
  );

  test('the own part of an Ingress is split, and the part of others stays', () => {
    const ingress = anIngress(
      forwarding({ serviceName: 'orders', servicePort: 80, weight: 20 }, { serviceName: 'legacy', weight: 80 }),
    );
    expect(withWeight(ingress, { ...orders, canaryPercent: 10 }).metadata.annotations?.[ACTION]).toBe(
      forwarding(
        { serviceName: 'orders', servicePort: 80, weight: 18 },
        { serviceName: 'orders-canary', servicePort: 80, weight: 2 },
        { serviceName: 'legacy', weight: 80 },
      ),
    );
  });

  test('a split and its rollback restore the shared route, whatever the weights were', () => {
    const weight = fc.integer({ min: 1, max: 1_000 });
    fc.assert(
      fc.property(weight, weight, fc.array(fc.integer({ min: 0, max: 100 })), (own, others, percents) => {
        const start = anHttpRoute([backend('orders', { weight: own }), backend('others', { weight: others })]);
        const moved = percents.reduce((route, canaryPercent) => withWeight(route, { ...orders, canaryPercent }), start);
        const home = withWeight(moved, { ...orders, canaryPercent: 0 });
        expect(backends(home)).toEqual([
          [
            ['orders', own],
            ['orders-canary', 0],
            ['others', others],
          ],
        ]);
      }),
    );
  });

  test('a share that the weights of a shared route cannot express is reported, or refused', () => {
    const notes = (own: number, weights: readonly number[]) =>
      weightNotes(anHttpRoute([backend('orders', { weight: own }), backend('others', { weight: 80 })]), {
        ...orders,
        weights,
      });
    expect(notes(20, [10, 33, 100])).toEqual([
      '33 % is 7 of the 20 that HTTPRoute shop/shop-front gives Service orders: 35 %.',
    ]);
    expect(notes(0, [10])).toEqual([]);
    expect(() => notes(1, [50])).toThrow(
      'HTTPRoute shop/shop-front gives Service orders a weight of 1 beside others, of which 50 % cannot be split off. Multiply all weights of that rule by 100, then deploy again.',
    );
  });
});

describe('a Service is the workload’s by name, namespace and kind', () => {
  const orders = { workload: 'orders', canaryPercent: 25 };

  test.each([
    ['another namespace', { namespace: 'old-shop' }],
    ['another kind', { kind: 'ServiceImport' }],
    ['another group', { group: 'multicluster.x-k8s.io' }],
  ])("a Service of %s is not the workload's and is left alone", (_what, other) => {
    const strange = backend('orders', { ...other, weight: 95 });
    const route = anHttpRoute([strange, backend('orders', { namespace: 'shop', weight: 100 })]);

    const { rules } = withWeight(route, orders).spec as { rules: readonly { backendRefs: readonly object[] }[] };

    expect(rules[0]?.backendRefs).toEqual([
      strange,
      backend('orders', { namespace: 'shop', weight: 75 }),
      backend('orders-canary', { namespace: 'shop', weight: 25 }),
    ]);
    expect(() => withWeight(anHttpRoute([strange]), orders)).toThrow('does not lead to the workload');
  });
});

test('a route holds a share when every rule of the workload has it', () => {
  const rule = (canary: number) => [
    backend('orders', { weight: 100 - canary }),
    backend('orders-canary', { weight: canary }),
  ];
  const holds = (...rules: readonly (readonly object[])[]) =>
    holdsWeight(anHttpRoute(...rules), { workload: 'orders', canaryPercent: 25 });

  expect(holds(rule(25), rule(25), [backend('basket')])).toBe(true);
  expect(holds(rule(25), rule(50))).toBe(false);
  expect(holds(rule(25), [backend('orders')])).toBe(false);
  expect(holds([backend('basket')])).toBe(false);
});

test('two ports of one Service are split separately', () => {
  const port = (number: number, weight: number) => ({ name: 'orders', port: number, weight });
  const route = anHttpRoute([port(80, 60), port(81, 40)]);

  const [rule] = (
    withWeight(route, { workload: 'orders', canaryPercent: 50 }).spec as { rules: { backendRefs: object[] }[] }
  ).rules;

  expect(rule?.backendRefs).toEqual([
    { name: 'orders', port: 80, weight: 30 },
    { name: 'orders-canary', port: 80, weight: 30 },
    { name: 'orders', port: 81, weight: 20 },
    { name: 'orders-canary', port: 81, weight: 20 },
  ]);
});

test('a rule that redirects, and a target group by its ARN, are left alone', () => {
  const redirect = { filters: [{ type: 'RequestRedirect' }] };
  const route = anHttpRoute([backend('orders')]);
  const spec = { rules: [redirect, ...(route.spec as { rules: readonly object[] }).rules] };
  const { rules } = withWeight({ ...route, spec }, { workload: 'orders', canaryPercent: 25 }).spec as {
    rules: readonly object[];
  };
  expect(rules[0]).toEqual(redirect);

  const arn = { targetGroupARN: 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/legacy/1', weight: 50 };
  const ingress = anIngress(forwarding({ serviceName: 'orders', servicePort: 80, weight: 50 }, arn));
  expect(withWeight(ingress, { workload: 'orders', canaryPercent: 10 }).metadata.annotations?.[ACTION]).toBe(
    forwarding(
      { serviceName: 'orders', servicePort: 80, weight: 45 },
      { serviceName: 'orders-canary', servicePort: 80, weight: 5 },
      arn,
    ),
  );
});

test('the ports are those by which a route leads to the workload', () => {
  const route = anHttpRoute([backend('orders'), { name: 'basket', port: 81 }, { name: 'orders' }]);
  expect(portsIn(route, 'orders')).toEqual([80]);
  const ingress = anIngress(forwarding({ serviceName: 'orders', servicePort: 'http' }));
  expect(portsIn(ingress, 'orders')).toEqual(['http']);
});
