import type { Manifests, Route } from '../../src/domain/service/service-spec.ts';
import { ROUTES } from '../domain/a-workload.ts';
import { aLiveWorkload, aWorkload, MINUTE } from './a-workload.ts';

const first: Manifests = { port: 8080, replicas: 3, environment: { MODE: 'quiet' }, secrets: [] };
const second: Manifests = { port: 9090, replicas: 2, environment: { MODE: 'loud' }, secrets: [] };

async function planned(route: Route) {
  const workload = await aLiveWorkload({ route, manifests: first });
  const rollout = workload.rollout('good:2', { fence: 2, manifests: second });
  await rollout.plan();
  return { workload, rollout };
}
const isAllOrNothing = ({ kind }: Route) => kind === 'rolling' || kind === 'blueGreen';

test.each(ROUTES)('on %j a promotion leaves one Deployment, all of whose pods are new', async (route) => {
  const { workload, rollout } = await planned(route);
  await rollout.weigh(isAllOrNothing(route) ? 100 : 50);

  const done = await rollout.promote();

  const { canary } = rollout.versions();
  expect(done).toMatchObject({
    do: 'promote',
    percent: 100,
    stable: canary,
    pods: [{ version: canary, ready: 3, total: 3 }],
  });
  expect(workload.find('Deployment', 'orders-canary')).toBeUndefined();
  expect(workload.pods()).toEqual({ 'good:2': 3 });
  expect(workload.calls()).toEqual({ 'good:2': 100 });
  if ('name' in route) expect(workload.weights()).toEqual({ orders: 100, 'orders-canary': 0 });
  expect(workload.record()).toMatchObject({ stable: canary, canary: null, before: rollout.versions().stable });
});

test.each(ROUTES)('on %j a promotion needs no canary before it', async (route) => {
  const { workload, rollout } = await planned(route);
  const seen = workload.watchCalls();

  await rollout.promote();

  expect(workload.pods()).toEqual({ 'good:2': 3 });
  expect(workload.calls()).toEqual({ 'good:2': 100 });
  for (const calls of seen) expect(calls).not.toHaveProperty('nobody');
});

test.each(ROUTES.filter(({ kind }) => kind !== 'blueGreen'))(
  'on %j calls never return to the old version in the middle of a promotion',
  async (route) => {
    const { workload, rollout } = await planned(route);
    const seen = workload.watchCalls();
    await rollout.weigh(100);
    await rollout.promote();

    const shares = seen.map((calls) => calls['good:2'] ?? 0);
    expect(shares).toEqual([...shares].sort((one, other) => one - other));
    for (const calls of seen) expect(calls).not.toHaveProperty('nobody');
  },
);

test('a promotion applies every object that the version has, and not only its pods', async () => {
  const { workload, rollout } = await planned({ kind: 'replicas' });
  await rollout.weigh(50);
  // Beside a canary, the objects that confine and scale the stable pods are still those of the stable version.
  expect(workload.find('HorizontalPodAutoscaler')?.spec).toMatchObject({ minReplicas: 3, maxReplicas: 9 });
  expect(workload.environment('good:1')).toEqual({ MODE: 'quiet' });
  expect(workload.environment('good:2')).toEqual({ MODE: 'loud' });

  await rollout.promote();

  expect(workload.environment('good:2')).toEqual({ MODE: 'loud' });
  expect(workload.find('HorizontalPodAutoscaler')?.spec).toMatchObject({ minReplicas: 2, maxReplicas: 6 });
  expect(workload.find('NetworkPolicy')?.spec).toMatchObject({ ingress: [{ ports: [{ port: 9090 }] }] });
  expect(workload.find('PodDisruptionBudget')?.spec).toMatchObject({ maxUnavailable: 1 });
  expect(workload.find('Service')?.spec).toMatchObject({ ports: [{ port: 80, targetPort: 'http' }] });
});

test('a first version starts with all its pods at once, and not with one pod that an autoscaler multiplies', async () => {
  const workload = aWorkload();
  const rollout = workload.rollout('good:1', { fence: 1 });
  await rollout.plan();

  expect(await rollout.promote()).toMatchObject({ percent: 100, foundPercent: 0 });
  expect(workload.pods()).toEqual({ 'good:1': 3 });
  expect(workload.find('Deployment')?.spec).toMatchObject({ replicas: 3 });
});

test('a promotion keeps the higher number of pods that an autoscaler has set', async () => {
  const workload = await aLiveWorkload();
  await workload.cluster.port.scale(workload.ref('Deployment'), 7);
  await workload.pass(MINUTE);
  const rollout = workload.rollout('good:2', { fence: 2 });
  await rollout.plan();
  await rollout.promote();

  expect(workload.pods()).toEqual({ 'good:2': 7 });
});

test('a repeated promotion changes nothing', async () => {
  const { workload, rollout } = await planned({ kind: 'httpRoute', name: 'shop-front' });
  await rollout.weigh(25);
  const done = await rollout.promote();
  // Waits until the pods of the canary have ended.
  await workload.pass(MINUTE);
  const before = workload.cluster.objects();

  expect(await rollout.promote()).toEqual(done);
  expect(done.foundPercent).toBe(25);
  expect(workload.cluster.objects()).toEqual(before);
});

test('a version whose pods do not start is not promoted, and the old pods go on answering', async () => {
  const workload = await aLiveWorkload();
  const rollout = workload.rollout('crashing:2', { fence: 2 });
  await rollout.plan();
  const seen = workload.watchCalls();

  await expect(rollout.promote()).rejects.toMatchObject({ name: 'InvalidRequest' });
  await workload.pass(5 * MINUTE);

  for (const calls of seen) expect(calls).toEqual({ 'good:1': 100 });
});
