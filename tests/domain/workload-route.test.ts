import fc from 'fast-check';
import {
  canaryReplicas,
  hasWeights,
  isTakenUp,
  replicaNotes,
  routedServices,
  routeRef,
  selectedTrack,
} from '../../src/domain/workload/workload-route.ts';
import { aService, onRoute, ROUTES } from './a-workload.ts';

const [rolling, replicas, blueGreen, httpRoute, albIngress] = ROUTES.map(onRoute) as Five;
type Target = ReturnType<typeof onRoute>;
type Five = [Target, Target, Target, Target, Target];

test('a canary has its share, whatever its pods, when a route or a selector splits the calls', () => {
  expect(ROUTES.map(onRoute).map(hasWeights)).toEqual([false, false, true, true, true]);
});

describe('the pods of a canary', () => {
  test.each([
    [replicas, 3, 25, 1],
    [replicas, 3, 50, 3],
    [replicas, 9, 10, 1],
    [replicas, 27, 10, 3],
    [replicas, 3, 1, 1],
    [replicas, 3, 100, 3],
    [httpRoute, 10, 25, 3],
    [httpRoute, 3, 1, 1],
    [albIngress, 10, 10, 1],
    [blueGreen, 3, 1, 3],
    [rolling, 3, 100, 3],
    [blueGreen, 0, 100, 1],
  ])(
    'the pods of a canary on %j beside %i of stable, at %i %%, are %i',
    ({ ...target }, stableReplicas, percent, count) => {
      expect(canaryReplicas(target, { stableReplicas, percent })).toBe(count);
    },
  );

  const stableReplicas = fc.integer({ min: 1, max: 500 });
  const percent = fc.integer({ min: 1, max: 99 });
  const anyTarget = fc.constantFrom(...ROUTES.map(onRoute));

  test('the pods of a canary are at least one', () => {
    fc.assert(
      fc.property(anyTarget, fc.nat(500), fc.nat(100), (target, stable, share) => {
        const count = canaryReplicas(target, { stableReplicas: stable, percent: share });
        expect(Number.isInteger(count)).toBe(true);
        expect(count).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  test('the pods of a canary give it at least its share when pods are the weights, and one pod less would not', () => {
    fc.assert(
      fc.property(stableReplicas, percent, (stable, share) => {
        const count = canaryReplicas(replicas, { stableReplicas: stable, percent: share });
        // The rule in whole numbers: count / (count + stable) >= share / 100.
        expect(count * 100).toBeGreaterThanOrEqual(share * (count + stable));
        if (count > 1) expect((count - 1) * 100).toBeLessThan(share * (count - 1 + stable));
      }),
    );
  });

  test("the pods of a canary have the load of stable's pods when the route has weights", () => {
    fc.assert(
      fc.property(fc.constantFrom(httpRoute, albIngress), stableReplicas, percent, (target, stable, share) => {
        const count = canaryReplicas(target, { stableReplicas: stable, percent: share });
        expect(count * 100).toBeGreaterThanOrEqual(stable * share);
        expect(count).toBeLessThanOrEqual(stable);
      }),
    );
  });

  test('the pods of a canary never become fewer while the share rises', () => {
    fc.assert(
      fc.property(anyTarget, stableReplicas, percent, percent, (target, stable, one, other) => {
        const at = (share: number) => canaryReplicas(target, { stableReplicas: stable, percent: share });
        expect(at(Math.max(one, other))).toBeGreaterThanOrEqual(at(Math.min(one, other)));
      }),
    );
  });
});

test('a share that pods cannot express is reported when pods are the weights, and an exact share is not', () => {
  const notes = replicaNotes(replicas, { stableReplicas: 3, weights: [10, 25, 50, 100] });

  expect(notes).toEqual(['10 % is 1 of 4 pods, 25 % of the calls: 3 stable pods cannot express it closer.']);
  for (const target of [rolling, blueGreen, httpRoute, albIngress])
    expect(replicaNotes(target, { stableReplicas: 3, weights: [10, 100] })).toEqual([]);
});

test('the first pod of a canary beside a stable without pods has all the calls, and the plan says so once', () => {
  const notes = replicaNotes(replicas, { stableReplicas: 0, weights: [10, 25, 50] });

  expect(notes).toEqual(['Stable has no pod, so the first pod of the canary gets all the calls.']);
});

describe('the Services', () => {
  const own = aService('orders', { app: 'orders', 'slipway/track': 'canary' });
  const selectors = (target: Target, canaryPercent = 0) =>
    Object.fromEntries(
      routedServices([aService('other'), own], { target, canaryPercent }).map(({ metadata, spec }) => [
        metadata.name,
        (spec as { selector: Record<string, string> }).selector['slipway/track'] ?? 'both',
      ]),
    );

  test.each([
    ['pods', replicas, 25, { orders: 'both' }],
    ['pods, one by one', rolling, 0, { orders: 'both' }],
    ['a route', httpRoute, 100, { orders: 'stable', 'orders-canary': 'canary' }],
    ['an Ingress', albIngress, 25, { orders: 'stable', 'orders-canary': 'canary' }],
    ['a switch that is off', blueGreen, 99, { orders: 'stable', 'orders-preview': 'canary' }],
    ['a switch that is on', blueGreen, 100, { orders: 'canary', 'orders-preview': 'canary' }],
  ])(
    'the Services of a workload whose calls are split by %s lead to the right track',
    (_what, target, percent, expected) => {
      expect(selectors(target, percent)).toEqual(expected);
    },
  );

  test('a route with a second Service needs a Service of the workload’s name', () => {
    expect(routedServices([aService('other')], { target: replicas, canaryPercent: 0 })).toEqual([]);
    expect(() => routedServices([aService('other')], { target: httpRoute, canaryPercent: 0 })).toThrow(
      expect.objectContaining({
        name: 'InvalidRequest',
        message: expect.stringContaining('hold no Service orders, and the route httpRoute needs one'),
      }),
    );
  });

  test.each([
    ['stable', 'stable'],
    ['canary', 'canary'],
    ['blue', null],
    [undefined, null],
  ])('a Service with the track %s in the selector leads to %s', (track, expected) => {
    const selector = track === undefined ? {} : { 'slipway/track': track };
    expect(selectedTrack(aService('orders', selector))).toBe(expected);
  });
});

test('only a route of its own is an object beside the workload', () => {
  expect(ROUTES.map(onRoute).map((target) => routeRef(target)?.kind ?? null)).toEqual([
    null,
    null,
    null,
    'HTTPRoute',
    'Ingress',
  ]);
  expect(routeRef(httpRoute)?.metadata).toEqual({ name: 'shop-front', namespace: 'shop' });
});

test.each([
  ['of a gateway that has seen its present state', 3, [3], true],
  ['of one that has seen an older one', 3, [2], false],
  ['of two, one of which lags', 3, [3, 2], false],
  ['of none that has ever looked at it', 3, [], true],
  ['of one that does not say which state it has seen', 3, [undefined], true],
  ['of an object that counts no states', undefined, [1], true],
])('a route is applied by gateways or not by the report %s', (_who, generation, seen, expected) => {
  const parents = seen.map((observedGeneration) => ({ conditions: [{ type: 'Accepted', observedGeneration }] }));
  const metadata = { name: 'shop-front', ...(generation === undefined ? {} : { generation }) };
  const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata, status: { parents } };
  expect(isTakenUp(route)).toBe(expected);
});
