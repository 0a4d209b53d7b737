import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { mayRunEmpty } from '../../src/domain/workload/workload-objects.ts';
import { ROUTES } from '../domain/a-workload.ts';
import { aLiveWorkload } from './a-workload.ts';
import { ownFolder } from './a-workload-folder.ts';

const folder = (replicas: number, strategy: object) =>
  ownFolder({ replicas }).map((object) =>
    object.kind === 'Deployment' ? { ...object, spec: { ...(object.spec as object), strategy } } : object,
  );
const RECREATE = { type: 'Recreate' };
const rolling = (maxUnavailable?: number | string) => ({
  type: 'RollingUpdate',
  rollingUpdate: { maxUnavailable, maxSurge: 1 },
});

/**
 * Returns where the calls went from the start of the promotion. The promotion begins with half of them on the canary.
 */
async function promotedFromHalf(workload: Awaited<ReturnType<typeof aLiveWorkload>>) {
  const rollout = workload.rollout('good:2', { fence: 2 });
  await rollout.plan();
  await rollout.weigh(50);
  const seen = workload.watchCalls();
  await rollout.promote();
  return seen;
}

test.each(
  ROUTES.filter(({ kind }) => kind !== 'rolling' && kind !== 'replicas').flatMap((route) => [
    { route, replicas: 3, strategy: RECREATE },
    { route, replicas: 1, strategy: rolling(1) },
  ]),
)(
  'on $route.kind a promotion leaves no call unanswered, with $replicas pods and $strategy.type',
  async ({ route, replicas, strategy }) => {
    const workload = await aLiveWorkload({
      route,
      manifests: { folder: 'own' },
      folders: { own: folder(replicas, strategy) },
    });
    const seen = await promotedFromHalf(workload);

    expect(seen.flatMap((calls) => Object.keys(calls))).not.toContain('nobody');
    expect(workload.calls()).toEqual({ 'good:2': 100 });
    expect(workload.pods()).toEqual({ 'good:2': replicas });
    expect(workload.find('Deployment', 'orders-canary')).toBeUndefined();
  },
);

test('the promotion of a version that brings Recreate moves the calls away before it ends the old pods', async () => {
  const workload = await aLiveWorkload({
    route: { kind: 'httpRoute', name: 'shop-front' },
    manifests: { folder: 'own' },
    folders: { own: folder(3, rolling(1)) },
  });
  workload.cluster.putFolder('own', folder(3, RECREATE));
  const seen = await promotedFromHalf(workload);

  expect(seen.flatMap((calls) => Object.keys(calls))).not.toContain('nobody');
  expect(workload.calls()).toEqual({ 'good:2': 100 });
});

test.each([
  [3, RECREATE, true],
  [1, rolling(1), true],
  [2, rolling(1), false],
  [2, rolling('100%'), true],
  [3, rolling('34%'), false],
  [1, rolling('25%'), false],
  [1, undefined, false],
  [0, undefined, true],
])('%i pods with %j may all be away at once: %s', (replicas, strategy, expected) => {
  const [deployment] = folder(replicas, strategy as object).filter(({ kind }) => kind === 'Deployment');
  expect(mayRunEmpty(deployment as ClusterObject)).toBe(expected);
});

test('a canary whose manifests are gone goes no further, and its rollback is complete', async () => {
  const workload = await aLiveWorkload({ route: { kind: 'httpRoute', name: 'shop-front' } });
  const rollout = workload.rollout('good:2', { fence: 2 });
  await rollout.plan();
  await rollout.weigh(25);
  workload.cluster.removeByHand(workload.ref('ConfigMap', `slipway-orders-${rollout.versions().canary}`));

  await expect(rollout.weigh(50)).rejects.toMatchObject({ name: 'NotFound' });
  expect(workload.weights()).toEqual({ orders: 75, 'orders-canary': 25 });
  expect(await rollout.takeBack()).toMatchObject({ percent: 0, foundPercent: 25 });
  expect(workload.calls()).toEqual({ 'good:1': 100 });
});
