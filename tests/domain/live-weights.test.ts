import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { hasMovedWeights, withLiveWeights } from '../../src/domain/workload/live-weights.ts';
import { fieldsOf, listOf, specOf } from '../../src/domain/workload/workload-objects.ts';

type Ref = Readonly<Record<string, unknown>>;
const ref = (name: string, weight?: number, more: Ref = {}): Ref => ({
  name,
  port: 80,
  ...(weight === undefined ? {} : { weight }),
  ...more,
});

const metadata = { name: 'front', namespace: 'shop' };
const route = (...lists: readonly (readonly Ref[] | undefined)[]): ClusterObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata,
  spec: { rules: lists.map((backendRefs) => (backendRefs === undefined ? { filters: [] } : { backendRefs })) },
});
const ACTION = 'alb.ingress.kubernetes.io/actions.';
const ingress = (actions: Readonly<Record<string, readonly Ref[] | undefined>>): ClusterObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    ...metadata,
    annotations: Object.fromEntries(
      Object.entries(actions).map(([name, groups]) => [
        `${ACTION}${name}`,
        JSON.stringify(
          groups === undefined ? { type: 'redirect' } : { type: 'forward', forwardConfig: { targetGroups: groups } },
        ),
      ]),
    ),
  },
});
const group = (serviceName: string, weight?: number): Ref => ({
  serviceName,
  servicePort: 80,
  ...(weight === undefined ? {} : { weight }),
});

/** The backends of each rule, each as `name weight`. */
function weightsIn(object: ClusterObject): readonly (readonly string[])[] {
  return listOf(specOf(object).rules).map(({ backendRefs }) =>
    listOf(backendRefs).map(({ name, weight }) => `${name} ${weight}`),
  );
}

function groupsIn({ metadata: { annotations } }: ClusterObject, action: string): readonly string[] {
  const { targetGroups } = fieldsOf(fieldsOf(JSON.parse(annotations?.[`${ACTION}${action}`] ?? '')).forwardConfig);
  return listOf(targetGroups).map(({ serviceName, weight }) => `${serviceName} ${weight}`);
}

/** The object that results when the folder is applied and its weights are then moved. */
const moved = (folder: ClusterObject, to: ClusterObject): ClusterObject => {
  const { annotations } = withLiveWeights(folder, null).metadata;
  return { ...to, metadata: { ...to.metadata, annotations: { ...annotations, ...to.metadata.annotations } } };
};

test('HTTPRoutes and Ingresses are the kinds whose live weights are kept', () => {
  expect(['HTTPRoute', 'Ingress', 'Service'].map((kind) => hasMovedWeights({ kind }))).toEqual([true, true, false]);
});

test('a route that does not exist yet is applied as the folder has it', () => {
  expect(weightsIn(withLiveWeights(route([ref('orders', 5)]), null))).toEqual([['orders 5']]);
});

test('each rule keeps its own weights, also a second rule that leads to the same', () => {
  const folder = route([ref('orders')], undefined, [ref('old', 90), ref('new', 10)], [ref('old', 50), ref('new', 50)]);
  const live = route(
    [ref('orders', 75), ref('orders-canary', 25)],
    undefined,
    [ref('new', 70), ref('old', 30)],
    [ref('old', 1), ref('new')],
  );
  const wanted = [['orders 75', 'orders-canary 25'], [], ['old 30', 'new 70'], ['old 1', 'new 1']];
  expect(weightsIn(withLiveWeights(folder, live))).toEqual(wanted);
  expect(weightsIn(withLiveWeights(folder, moved(folder, live)))).toEqual(wanted);
});

test('a rule whose weights the folder has changed gets those, and each canary its share of them', () => {
  const before = route([ref('orders', 20), ref('legacy', 80)]);
  const live = moved(before, route([ref('orders', 18), ref('orders-canary', 2), ref('legacy', 60)]));
  expect(weightsIn(withLiveWeights(before, live))).toEqual([['orders 18', 'orders-canary 2', 'legacy 60']]);
  const after = route([ref('orders', 40), ref('legacy', 60)]);
  expect(weightsIn(withLiveWeights(after, live))).toEqual([['orders 36', 'orders-canary 4', 'legacy 60']]);
});

test('a rule that leads to something new has the folder’s weights', () => {
  const live = route([ref('orders', 75), ref('orders-canary', 25)]);
  expect(weightsIn(withLiveWeights(route([ref('orders', 50), ref('newer', 50)]), live))).toEqual([
    ['orders 37', 'orders-canary 13', 'newer 50'],
  ]);
});

test('a backend outside of the namespace keeps its weight too', () => {
  const away = { namespace: 'old-shop' };
  const folder = route([ref('orders', 5), ref('orders', 95, away)]);
  expect(weightsIn(withLiveWeights(folder, route([ref('orders', 15), ref('orders', 85, away)])))).toEqual([
    ['orders 15', 'orders 85'],
  ]);
});

test('a canary that only the folder names stays as the folder has it', () => {
  const folder = route([ref('orders', 100), ref('orders-canary', 0)]);
  expect(weightsIn(withLiveWeights(folder, route([ref('orders', 1)])))).toEqual([['orders 1', 'orders-canary 0']]);
});

test('the actions of an Ingress keep their weights, and an action that does not forward stays as it is', () => {
  const folder = ingress({
    orders: [group('orders')],
    front: [group('billing', 1), group('pay', 1)],
    moved: undefined,
  });
  const live = ingress({
    orders: [group('orders', 75), group('orders-canary', 25)],
    billing: [group('billing', 90), group('billing-canary', 10)],
    front: [group('billing', 1), group('pay', 9)],
  });
  const made = withLiveWeights(folder, live);
  expect([groupsIn(made, 'orders'), groupsIn(made, 'front')]).toEqual([
    ['orders 75', 'orders-canary 25'],
    ['billing 1', 'pay 9'],
  ]);
  expect(made.metadata.annotations?.[`${ACTION}moved`]).toBe('{"type":"redirect"}');
});

test('an Ingress without a split is applied as the folder has it', () => {
  const plain: ClusterObject = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata };
  expect(withLiveWeights(plain, plain)).toEqual(plain);
});
