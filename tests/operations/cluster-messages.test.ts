import type { ClusterOrder, ClusterResult } from '../../src/domain/orders/cluster-order.ts';
import { ClusterTaskOrder, ClusterTaskResult } from '../../src/operations/workload/cluster-messages.ts';
import { aTarget, onRoute, ROUTES } from '../domain/a-workload.ts';

const whose = { deploymentId: 'dep-002', fence: 2, service: 'orders', target: aTarget };
const rendered = { port: 8080, replicas: 3, environment: { MODE: 'quiet' }, secrets: ['keys'] };
const weights = { stable: 'v1', canary: 'v2', canaryPercent: 25, revision: '7' };
const plan: ClusterOrder = {
  ...whose,
  do: 'plan',
  wanted: { image: 'good:2' },
  manifests: rendered,
  weights: [25],
  clears: ['dep-001'],
};

test.each<ClusterOrder>([
  plan,
  { ...plan, wanted: { version: 'v0123456789ab' }, manifests: { folder: 'deploy' } },
  { ...whose, ...weights, do: 'setWeight' },
  { ...whose, ...weights, do: 'promote', canaryPercent: 100 },
  { ...whose, do: 'takeBack', stable: 'v1', canary: 'v2', clears: [], isCanaryBad: false },
  { ...whose, do: 'takeBack', stable: null, canary: null, clears: ['dep-001'], isCanaryBad: false },
  { ...whose, do: 'restart', at: 1_893_456_000_000 },
  { ...whose, do: 'scale', replicas: 5 },
  { ...whose, do: 'status' },
  { ...whose, do: 'status', about: { stable: 'v1', canary: 'v2', canaryPercent: 25, isLed: true } },
  { ...whose, do: 'diff', wanted: { image: 'good:2' }, manifests: rendered },
  ...ROUTES.map((route): ClusterOrder => ({ ...whose, target: onRoute(route), do: 'status' })),
])('an order arrives as it was sent: $do', (order) => {
  expect(ClusterTaskOrder.parse(JSON.parse(JSON.stringify(order)))).toEqual(order);
});

test.each<[string, object]>([
  ['of nothing that is known', { ...whose, do: 'delete' }],
  ['for a namespace that is no name', { ...plan, target: { ...aTarget, namespace: '../kube-system' } }],
  ['for a workload that is no name', { ...plan, target: { ...aTarget, workload: 'orders;rm' } }],
  ['for a route without a name', { ...plan, target: { ...aTarget, route: { kind: 'httpRoute' } } }],
  ['for more than all the calls', { ...whose, ...weights, do: 'setWeight', canaryPercent: 101 }],
  ['for less than no pods', { ...whose, do: 'scale', replicas: -1 }],
  ['for half a pod', { ...whose, do: 'scale', replicas: 1.5 }],
  ['for neither an image nor a version', { ...plan, wanted: {} }],
  ['without the manifests of a plan', { ...plan, manifests: undefined }],
  ['of nobody', { ...plan, deploymentId: '' }],
])('an order %s is not carried out', (_what, order) => {
  expect(ClusterTaskOrder.safeParse(order).success).toBe(false);
});

const done: ClusterResult = {
  do: 'plan',
  ok: true,
  revision: '7',
  stable: 'v1',
  version: 'v2',
  percent: 0,
  foundPercent: null,
  cleared: { deploymentId: 'dep-001', percent: 25, revision: '6' },
  pods: [{ version: 'v1', ready: 3, total: 3 }],
  notes: ['a note'],
};
const failed: ClusterResult = {
  do: 'takeBack',
  ok: false,
  error: { name: 'Conflict', message: 'Somebody else has it.', details: { conflicts: [] } },
};

test.each([done, failed])('a result arrives as it was sent: $ok', (result) => {
  expect(ClusterTaskResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
});

test.each<[string, object]>([
  ['such as an error of an unknown name', { ...failed, error: { name: 'TypeError', message: 'x', details: {} } }],
  ['such as a result of an unknown order', { ...done, do: 'delete' }],
  ['such as one without the share that the order found', { ...done, foundPercent: undefined }],
  ['such as one whose ok is not a boolean', { ...done, ok: 'yes' }],
])('a malformed result is refused, %s', (_what, result) => {
  expect(ClusterTaskResult.safeParse(result).success).toBe(false);
});
