import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import {
  differs,
  expectedPercent,
  isOutgrown,
  type LeadingObjects,
  receivedShare,
} from '../../src/domain/workload/received-share.ts';
import { aPod, aSelector, CANARY, pods, STABLE } from './a-namespace.ts';
import { aTarget, onRoute } from './a-workload.ts';

const ACTION = 'alb.ingress.kubernetes.io/actions.orders';
const byRoute = onRoute({ kind: 'httpRoute', name: 'front' });
const byIngress = onRoute({ kind: 'albIngress', name: 'front' });
const front = aSelector('orders', { app: 'orders', 'slipway/track': 'stable' });
const second = aSelector('orders-canary', { app: 'orders', 'slipway/track': 'canary' });
const both = [...pods(3, { version: STABLE }), aPod()];

const route = (...lists: readonly (readonly object[])[]): ClusterObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'front', namespace: 'shop' },
  spec: { rules: lists.map((backendRefs) => ({ backendRefs })) },
});
const own = (stable: number, canary: number) => [
  { name: 'orders', weight: stable },
  { name: 'orders-canary', weight: canary },
];
const ingress = (action: string | undefined): ClusterObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'front', namespace: 'shop', ...(action !== undefined && { annotations: { [ACTION]: action } }) },
});
const leading = (change: Partial<LeadingObjects>): LeadingObjects => ({
  ...{ target: byRoute, stable: STABLE, canary: CANARY, pods: both, front, second, route: route(own(75, 25)) },
  ...change,
});
const share = (change: Partial<LeadingObjects>, recorded = 25) => receivedShare(leading(change), recorded);
const none = { canary: 0, stable: 0, others: 0, lost: 0, unanswered: 0 };
const wide = aSelector('orders', { app: 'orders' });

test('by weights each version receives the weight of its Service', () => {
  expect(share({})).toEqual({
    received: { ...none, canary: 25, stable: 75 },
    led: { ...none, canary: 25, stable: 75 },
    strangers: [],
    precision: 0.5,
  });
});

test('by pods each ready pod behind the Service receives the same', () => {
  const target = onRoute({ kind: 'replicas' });
  expect(share({ target, front: wide, route: null, second: null })).toMatchObject({
    received: { canary: 25, stable: 75 },
    precision: 25,
  });
});

test('a weight that leads to no ready pod is unanswered, and goes to the pods once they are ready', () => {
  const unready = [...pods(3, { version: STABLE, ready: false }), aPod({ ready: false })];
  expect(share({ pods: unready })).toMatchObject({
    received: { ...none, lost: 25, unanswered: 75 },
    led: { ...none, canary: 25, stable: 75 },
  });
});

test('a Service that does not exist leads to no pod', () => {
  expect(share({ second: null })).toMatchObject({ led: { ...none, stable: 75, lost: 25 } });
});

test('a pod that ends, or has ended, receives nothing', () => {
  const leaving = [
    aPod({ metadata: { deletionTimestamp: '2030-01-01T00:00:00Z' } }),
    ...['Failed', 'Succeeded'].map((phase) => aPod({ status: { phase } })),
  ];
  expect(share({ pods: [...pods(3, { version: STABLE }), ...leaving] })).toMatchObject({ led: { lost: 25 } });
});

test('pods of other workloads are counted and named, at most three of them', () => {
  const labels = { app: 'orders' };
  const others = ['a', 'b', 'c', 'd'].map((name) => aPod({ name, labels }));
  const target = onRoute({ kind: 'replicas' });
  expect(share({ target, front: wide, route: null, pods: [...others, ...both] })).toMatchObject({
    received: { canary: 12.5, stable: 37.5, others: 50 },
    strangers: ['a', 'b', 'c'],
  });
});

test('the workload’s own part of a route that it shares with others is the whole', () => {
  const refs = [
    ...own(18, 2),
    { name: 'orders-legacy', weight: 80 },
    { name: 'orders', namespace: 'old-shop', weight: 95 },
  ];
  const beside = [
    { name: 'orders', kind: 'ServiceImport', weight: 9 },
    { name: 'orders', group: 'x.io', weight: 9 },
  ];
  expect(share({ route: route([...refs, ...beside]) }, 10)).toMatchObject({
    led: { canary: 10, stable: 90 },
    precision: 5,
  });
});

test('a weight that is left out is 1', () => {
  const refs = [{ name: 'orders', namespace: 'shop' }, { name: 'orders-canary' }];
  expect(share({ route: route(refs) })).toMatchObject({ led: { canary: 50, stable: 50 } });
});

test('the rule that differs most from the recorded share counts', () => {
  expect(share({ route: route(own(75, 25), own(40, 60), [{ name: 'other', weight: 1 }]) })).toMatchObject({
    led: { canary: 60 },
  });
});

test('a team’s own rule to the canary alone is no part of the split, unless no rule leads to stable', () => {
  const testers = [{ name: 'orders-canary', port: 80 }];
  expect(share({ route: route(testers, own(75, 25)) })).toMatchObject({ led: { canary: 25, stable: 75 } });
  expect(share({ route: route(testers, own(100, 0)) }, 0)).toMatchObject({ led: { canary: 0, stable: 100 } });
  expect(share({ route: route(testers) })).toMatchObject({ led: { canary: 100 } });
});

test('the target groups of an Ingress are weights too', () => {
  const targetGroups = own(40, 60).map(({ name: serviceName, weight }) => ({ serviceName, weight }));
  const action = JSON.stringify({ type: 'forward', forwardConfig: { targetGroups: [...targetGroups, { weight: 1 }] } });
  expect(share({ target: byIngress, route: ingress(action) })).toMatchObject({ led: { canary: 60, stable: 40 } });
});

test.each([
  ['a route that is not there', { route: null }],
  ['a route that leads elsewhere', { route: route([{ name: 'other', weight: 1 }]) }],
  ['an Ingress without an action', { target: byIngress, route: ingress(undefined) }],
  ['an Ingress whose action cannot be read', { target: byIngress, route: ingress('{') }],
  ['a blue/green workload without its Service', { target: onRoute({ kind: 'blueGreen' }), front: null }],
  ['a Service without a selector', { target: aTarget, front: aSelector('orders', {}) }],
])('%s leaves all calls unanswered', (_what, change) => {
  expect(share(change)).toMatchObject({ led: { ...none, unanswered: 100 } });
});

test('blue/green leads all calls to the track of the selector, and a canary without pods loses them', () => {
  const target = onRoute({ kind: 'blueGreen' });
  const toCanary = aSelector('orders', { app: 'orders', 'slipway/track': 'canary' });
  expect(share({ target, front: toCanary }, 100)).toMatchObject({ led: { ...none, canary: 100 }, precision: 0 });
  expect(share({ target, front: toCanary, pods: [] }, 100)).toMatchObject({ led: { ...none, lost: 100 } });
});

test('a workload without a Service has no share', () => {
  expect(share({ target: aTarget, front: null })).toBeNull();
  // The Service existed when Slipway led the calls.
  expect(share({ target: aTarget, front: null, isLed: true })).toMatchObject({ led: { unanswered: 100 } });
});

test('a share differs when it is not the recorded one, or when calls also go elsewhere', () => {
  const order = { precision: 0.5, percent: 25 };
  expect(differs({ ...none, canary: 25.5, stable: 74.5 }, order)).toBe(false);
  expect(differs({ ...none, canary: 26, stable: 74 }, order)).toBe(true);
  expect(differs({ ...none, canary: 25, stable: 70, others: 5 }, order)).toBe(true);
  expect(differs({ ...none, canary: 25, unanswered: 75 }, order)).toBe(true);
});

test('blue/green gives a canary no call before it has all of them', () => {
  const target = onRoute({ kind: 'blueGreen' });
  expect([50, 100].map((percent) => expectedPercent(target, percent))).toEqual([0, 100]);
  expect(expectedPercent(aTarget, 50)).toBe(50);
});

test('a share is outgrown when pods are the weights and only stable has more of the calls', () => {
  const [byPods, byWeights] = [
    { target: aTarget, percent: 25 },
    { target: byRoute, percent: 25 },
  ];
  expect(isOutgrown({ ...none, canary: 10, stable: 90 }, byPods)).toBe(true);
  expect(isOutgrown({ ...none, canary: 10, stable: 90 }, byWeights)).toBe(false);
  for (const shares of [
    { stable: 100 },
    { canary: 25, stable: 75 },
    { canary: 10, others: 90 },
    { canary: 10, lost: 90 },
  ])
    expect(isOutgrown({ ...none, ...shares }, byPods)).toBe(false);
});
