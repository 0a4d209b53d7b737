import type { Route } from '../../src/domain/service/service-spec.ts';
import { ROUTES } from '../domain/a-workload.ts';
import { aLiveWorkload, aWorkload, type Workload } from './a-workload.ts';
import { ownFolder } from './a-workload-folder.ts';
import { callsIn, httpRoute, ingress, teamRoute } from './a-workload-route.ts';

const nameOf = (kind: Route['kind']) => `front-${kind.toLowerCase()}`;
const named = (route: Route): Route => ('name' in route ? { ...route, name: nameOf(route.kind) } : route);
const all = ROUTES.map(named);
const PAIRS = all.flatMap((from) => all.filter((to) => to.kind !== from.kind).map((to) => ({ from, to })));
const firstWeight = ({ kind }: Route) => (kind === 'rolling' || kind === 'blueGreen' ? 100 : 25);

/** The service has another route from now on. Callers come by the new route, and by the old one while it exists. */
function onRoute(workload: Workload, route: Route) {
  const target = { ...workload.target, route };
  const object = teamRoute(target);
  if (object !== null && workload.cluster.find(object) === undefined)
    workload.cluster.applyByHand({ manager: 'team', object });
  return target;
}

async function changed({ from, to }: { readonly from: Route; readonly to: Route }) {
  const workload = await aLiveWorkload({ route: from, manifests: { folder: 'own' }, folders: { own: ownFolder() } });
  // A first rollout by the old route leaves the objects that this route needs.
  const second = workload.rollout('good:2', { fence: 2 });
  await second.plan();
  await second.weigh(firstWeight(from));
  await second.promote();
  const target = onRoute(workload, to);
  const third = workload.rollout('good:3', { fence: 3, target });
  const calls = () => ({
    ...callsIn({ cluster: workload.cluster, target }),
    by: callsIn({ cluster: workload.cluster, target: workload.target }),
  });
  return { workload, target, third, calls };
}

test.each(PAIRS)(
  'from $from.kind to $to.kind each step gives the canary its share, by both routes, and no more',
  async (pair) => {
    const { workload, target, third } = await changed(pair);
    const shares = new Set<number>();
    workload.cluster.onChange(() => {
      for (const each of [target, workload.target])
        shares.add(callsIn({ cluster: workload.cluster, target: each })['good:3'] ?? 0);
    });
    await third.plan();
    const percent = firstWeight(pair.to);
    await third.weigh(percent);

    expect(callsIn({ cluster: workload.cluster, target })).toEqual(
      percent === 100 ? { 'good:3': 100 } : { 'good:2': 75, 'good:3': 25 },
    );
    if (pair.to.kind === 'blueGreen') expect([...shares].filter((share) => share > 0 && share < 100)).toEqual([]);
    if (percent < 100) expect(Math.max(...shares)).toBeLessThanOrEqual(25);
    await third.promote();
    expect(callsIn({ cluster: workload.cluster, target })).toEqual({ 'good:3': 100 });
  },
);

test.each(PAIRS)('from $from.kind to $to.kind a rollback of the rollout is complete', async (pair) => {
  const { workload, target, third } = await changed(pair);
  await third.plan();
  await third.weigh(firstWeight(pair.to));

  await third.takeBack();

  for (const each of [target, workload.target])
    expect(callsIn({ cluster: workload.cluster, target: each })).toEqual({ 'good:2': 100 });
  expect(workload.find('Deployment', 'orders-canary')).toBeUndefined();
});

test.each(PAIRS)(
  'a deployment on $to.kind that supersedes one on $from.kind returns the calls of both routes to stable',
  async ({ from, to }) => {
    const workload = await aLiveWorkload({ route: from });
    const second = workload.rollout('good:2', { fence: 2 });
    await second.plan();
    await second.weigh(firstWeight(from));
    const target = onRoute(workload, to);
    const third = workload.rollout('good:3', { fence: 3, target, clears: [second.id] });

    await third.plan();

    for (const each of [target, workload.target])
      expect(callsIn({ cluster: workload.cluster, target: each })).toEqual({ 'good:1': 100 });
    await third.promote();
    expect(callsIn({ cluster: workload.cluster, target })).toEqual({ 'good:3': 100 });
  },
);

describe('a team’s own split beside the workload', () => {
  test("a team's own split in an HTTPRoute stays through a first deployment, a rollout and its rollback", async () => {
    const workload = aWorkload({ route: { kind: 'httpRoute', name: 'shop-front' } });
    const metadata = { name: 'shop-front', namespace: 'shop' };
    const shared = httpRoute(metadata, [
      { name: 'orders', port: 80, weight: 20 },
      { name: 'orders-legacy', port: 80, weight: 80 },
    ]);
    workload.cluster.applyByHand({ manager: 'team', object: shared });
    const first = workload.rollout('good:1', { fence: 1 });
    await first.plan();
    await first.promote();
    expect(workload.weights()).toEqual({ orders: 20, 'orders-canary': 0, 'orders-legacy': 80 });
    const second = workload.rollout('good:2', { fence: 2, weights: [10] });
    await second.plan();
    await second.weigh(10);
    expect(workload.weights()).toEqual({ orders: 18, 'orders-canary': 2, 'orders-legacy': 80 });
    await second.takeBack();
    expect(workload.weights()).toEqual({ orders: 20, 'orders-canary': 0, 'orders-legacy': 80 });
  });

  test("a team's own split in an Ingress stays through a first deployment, a rollout and its rollback", async () => {
    const workload = aWorkload({ route: { kind: 'albIngress', name: 'shop-front' } });
    const shared = ingress({ name: 'shop-front', namespace: 'shop' }, [
      { serviceName: 'orders', servicePort: 80, weight: 20 },
      { serviceName: 'orders-legacy', servicePort: 80, weight: 80 },
    ]);
    workload.cluster.applyByHand({ manager: 'team', object: shared });
    const first = workload.rollout('good:1', { fence: 1 });
    await first.plan();
    await first.promote();
    expect(workload.weights()).toEqual({ orders: 20, 'orders-canary': 0, 'orders-legacy': 80 });
  });

  test("a team's own split that is too coarse for a step is refused before any object changes", async () => {
    const workload = aWorkload({ route: { kind: 'httpRoute', name: 'shop-front' } });
    const shared = httpRoute({ name: 'shop-front', namespace: 'shop' }, [
      { name: 'orders', port: 80 },
      { name: 'orders-legacy', port: 80 },
    ]);
    workload.cluster.applyByHand({ manager: 'team', object: shared });
    await expect(workload.rollout('good:1', { fence: 1 }).plan()).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('Multiply all weights of that rule by 100'),
    });
  });
});
