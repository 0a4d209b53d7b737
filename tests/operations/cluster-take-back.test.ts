import type { Manifests, Route } from '../../src/domain/service/service-spec.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { anObject, ROUTES } from '../domain/a-workload.ts';
import { aLiveWorkload, aWorkload, MINUTE, type Scene, SECOND } from './a-workload.ts';
import type { Rollout } from './a-workload-rollout.ts';

const manifests = (MODE: string): Manifests => ({ port: 8080, replicas: 3, environment: { MODE }, secrets: [] });
type Live = Awaited<ReturnType<typeof aLiveWorkload>>;

async function planned(scene: Scene) {
  const workload = await aLiveWorkload({ manifests: manifests('quiet'), ...scene });
  const rollout = workload.rollout('good:2', { fence: 2, manifests: manifests('loud') });
  await rollout.plan();
  return { workload, rollout };
}

const isAllOrNothing = ({ kind }: Route) => kind === 'rolling' || kind === 'blueGreen';
const firstWeight = (route: Route) => (isAllOrNothing(route) ? 100 : 25);

/** Expects the state before the second version existed, except for what is stored of that version. */
function isWhole(workload: Live, route: Route): void {
  const { canary: stable } = workload.first.versions();
  expect(workload.pods()).toEqual({ 'good:1': 3 });
  expect(workload.calls()).toEqual({ 'good:1': 100 });
  expect(workload.environment('good:1')).toEqual({ MODE: 'quiet' });
  expect(workload.find('Deployment', 'orders-canary')).toBeUndefined();
  expect(workload.record()).toMatchObject({ stable, canary: null, canaryPercent: 0, closed: true });
  if ('name' in route) expect(workload.weights()).toEqual({ orders: 100, 'orders-canary': 0 });
}

interface State {
  readonly when: string;
  /** The share of the calls with which the order finds the canary; null when it depends on the route. */
  readonly found: number | null;
  readonly reach: (workload: Live, stage: { readonly rollout: Rollout; readonly route: Route }) => Promise<unknown>;
}

const states: readonly State[] = [
  { when: 'before there is a canary', found: 0, reach: async () => {} },
  { when: 'with a canary', found: null, reach: (_, { rollout, route }) => rollout.weigh(firstWeight(route)) },
  { when: 'with all the calls on the canary', found: 100, reach: (_, { rollout }) => rollout.weigh(100) },
  {
    when: 'in mid-promotion, whose order is still at work',
    found: 100,
    reach: async (workload, { rollout, route }) => {
      await rollout.weigh(firstWeight(route));
      workload.start(rollout.orders.promote()).catch(() => {});
      await workload.pass(3 * SECOND);
    },
  },
  {
    when: 'after success',
    found: 100,
    reach: async (_, { rollout, route }) => {
      await rollout.weigh(firstWeight(route));
      await rollout.promote();
    },
  },
];
const everywhere = states.flatMap((state) => ROUTES.map((route) => ({ ...state, route })));

test.each(everywhere)(
  'a rollback $when on $route.kind restores everything as it was before',
  async ({ route, found, reach }) => {
    const { workload, rollout } = await planned({ route });
    await reach(workload, { rollout, route });

    const done = await rollout.takeBack();

    const { stable, canary } = rollout.versions();
    expect(done).toMatchObject({ do: 'takeBack', stable, version: canary, percent: 0, cleared: null, notes: [] });
    expect(done.foundPercent).toBe(found ?? firstWeight(route));
    expect(done.pods).toEqual([{ version: stable, ready: 3, total: 3 }]);
    isWhole(workload, route);
  },
);

test.each(ROUTES)('on %j a rollback may be repeated, and says the same', async (route) => {
  const { workload, rollout } = await planned({ route });
  await rollout.weigh(firstWeight(route));
  const done = await rollout.takeBack();
  // The last pods of the canary may still be ending.
  await workload.pass(MINUTE);
  const before = workload.cluster.objects();

  expect(await rollout.takeBack()).toEqual(done);
  expect(workload.cluster.objects()).toEqual(before);
});

test.each(ROUTES.filter((route) => route.kind === 'blueGreen' || 'name' in route))(
  'on %j a rollback takes the calls off the canary before its pods',
  async (route) => {
    const { workload, rollout } = await planned({ route });
    await rollout.weigh(100);
    const seen = workload.watchCalls();

    await rollout.takeBack();

    expect(seen).toEqual([{ 'good:2': 100 }, { 'good:1': 100 }]);
  },
);

test.each(ROUTES)('on %j the rollback of a first version leaves no pod', async (route) => {
  const workload = aWorkload({ route });
  const first = workload.rollout('good:1', { fence: 1 });
  await first.plan();
  await first.promote();

  expect(await first.takeBack()).toMatchObject({ stable: 'none', percent: 0, foundPercent: 100, pods: [] });

  expect(workload.pods()).toEqual({});
  expect(workload.find('Deployment')).toBeUndefined();
  expect(workload.find('Deployment', 'orders-canary')).toBeUndefined();
  if ('name' in route) expect(workload.weights()).toEqual({ orders: 100, 'orders-canary': 0 });
  const again = workload.rollout('good:1', { fence: 2 });
  expect(await again.plan()).toMatchObject({ stable: 'none' });
  await again.promote();
  expect(workload.calls()).toEqual({ 'good:1': 100 });
});

test('a version that cannot start is rolled back like any other, and stable has not lost a call', async () => {
  const workload = await aLiveWorkload({ manifests: manifests('quiet') });
  const rollout = workload.rollout('crashing:2', { fence: 2, manifests: manifests('loud') });
  await rollout.plan();
  const seen = workload.watchCalls();
  await expect(rollout.promote()).rejects.toMatchObject({ name: 'InvalidRequest' });

  await rollout.takeBack();

  isWhole(workload, { kind: 'replicas' });
  for (const calls of seen) expect(calls).toEqual({ 'good:1': 100 });
});

test('the rollback of a deployment that was never planned fences off its late orders, and moves nothing', async () => {
  const workload = await aLiveWorkload();
  const before = workload.find('Deployment');

  expect(await workload.rollout('good:2', { fence: 2 }).takeBack()).toMatchObject({
    version: null,
    foundPercent: null,
    stable: workload.first.versions().canary,
    cleared: null,
  });
  expect(workload.find('Deployment')).toEqual(before);
  expect(workload.record()).toMatchObject({ deploymentId: 'dep-002', closed: true });
});

test('a rollback takes over fields that another tool has set, because nobody may block it', async () => {
  const { workload, rollout } = await planned({});
  await rollout.promote();
  const change = { spec: { minReadySeconds: 1, template: { spec: { terminationGracePeriodSeconds: 5 } } } };
  workload.cluster.changeByHand({ manager: 'kubectl-edit', ref: workload.ref('Deployment'), change });

  await rollout.takeBack();

  isWhole(workload, { kind: 'replicas' });
  expect(workload.find('Deployment')?.spec).toMatchObject({
    template: { spec: { terminationGracePeriodSeconds: 30 } },
  });
});

test('without the manifests and the Deployment of the version before, the calls stay, and the result says so', async () => {
  const { workload, rollout } = await planned({});
  await rollout.promote();
  workload.cluster.removeByHand(workload.ref('ConfigMap', `slipway-orders-${rollout.versions().stable}`));
  const seen = workload.watchCalls();

  await expect(rollout.takeBack()).rejects.toMatchObject({
    name: 'NotFound',
    message: expect.stringMatching(/neither the Deployment nor the manifests .* The calls are on version v\w+\.$/),
  });
  expect(seen).toEqual([{ 'good:2': 100 }]);
});

describe('a refused rollback', () => {
  const refused = async (
    workload: Live,
    { order, name, says }: { order: () => Promise<unknown>; name: string; says: RegExp },
  ) => {
    // Pods of the version before may still be ending.
    await workload.pass(MINUTE);
    const before = workload.cluster.objects();
    await expect(order()).rejects.toMatchObject({ name, message: expect.stringMatching(says) });
    expect(workload.cluster.objects()).toEqual(before);
  };

  test.each([
    ['beside a canary', 25, /is on version v\w+ and v\w+, put there by dep-003/],
    ['alone', 100, /is on version v\w+, put there by dep-003; deployment dep-004 knows v\w+ and v\w+ only/],
  ])('a rollback is refused and moves nothing when a third version is live, %s', async (_how, percent, says) => {
    const { workload, rollout } = await planned({});
    await rollout.promote();
    const third = workload.rollout('good:3', { fence: 3 });
    await third.plan();
    await third.weigh(percent);
    const { stable, canary } = rollout.versions();
    const order = { ...rollout.orders.takeBack(), deploymentId: 'dep-004', fence: 4, stable, canary };

    await refused(workload, { order: () => workload.run(order), name: 'Conflict', says });
  });
});

describe('pods that still run', () => {
  test('pods that are ending are waited for at most a minute', async () => {
    const { workload, rollout } = await planned({ terminationMs: 2 * MINUTE });
    await rollout.weigh(25);
    const startedAt = workload.scheduler.now();

    await rollout.takeBack();

    expect(workload.scheduler.now() - startedAt).toBeLessThan(65 * SECOND);
    expect(workload.calls()).toEqual({ 'good:1': 100 });
  });

  test('pods that do not end although nothing controls them fail the task, which is started again', async () => {
    const { workload, rollout } = await planned({});
    const stray = anObject('Pod', { name: 'stray', namespace: 'shop' });
    const { port } = workload.cluster;
    const haunted: Cluster = {
      ...port,
      list: async (query) =>
        query.labels?.['slipway/track'] === 'canary' ? [...(await port.list(query)), stray] : port.list(query),
    };

    await expect(rollout.takeBack(haunted)).rejects.toMatchObject({
      name: 'Transient',
      message: expect.stringContaining('1 canary pods of orders are still there a minute after'),
    });
    await rollout.takeBack();
    isWhole(workload, { kind: 'replicas' });
  });
});
