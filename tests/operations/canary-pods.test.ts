import { judgeCanary } from '../../src/operations/judging/judge-canary.ts';
import { ROUTES } from '../domain/a-workload.ts';
import { orderIn } from './a-cluster-rollout.ts';
import { aPodScene, MINUTE, type OnPods } from './a-pod-scene.ts';
import { evidenceOf, verdictOf } from './in-a-scene.ts';

const HTTP_ROUTE = { kind: 'httpRoute', name: 'shop-front' } as const;

/** A rollout with a share that the route can express, and a bake that is longer than the tests. */
const baking = (route: (typeof ROUTES)[number]) => {
  const percent = route.kind === 'rolling' || route.kind === 'blueGreen' ? 100 : 25;
  return aPodScene({ route, spec: { strategy: [{ setWeight: percent }, { bake: { minutes: 30 } }, { judge: {} }] } });
};

const judged = (route: (typeof ROUTES)[number] = HTTP_ROUTE) =>
  aPodScene({ route, spec: { strategy: [{ setWeight: 25 }, { bake: { minutes: 1 } }, { judge: {} }] } });

const afterBake = async (on: OnPods, id: string) => {
  await on.scene.pass(MINUTE);
  await on.goOn(id);
};

describe.each(ROUTES)('on the route $kind', (route) => {
  test('a canary whose pods become unready in the bake is rolled back after readyWithin, with the reason', async () => {
    const on = await baking(route);
    const id = await on.deploy(2);
    on.failAll('good:2');
    await on.tick();
    expect(on.scene.deployment(id).signal).toBeNull();

    await on.tick(2);
    expect(on.scene.deployment(id).signal).toMatchObject({ kind: 'rollBack', by: 'judge' });
    await on.goOn(id);

    expect(on.calls()).toEqual({ 'good:1': 100 });
    expect(on.scene.deployment(id)).toMatchObject({
      status: 'rolledBack',
      because: expect.stringContaining('readiness probe does not pass'),
    });
  });

  test('a canary whose pods stay available continues', async () => {
    const on = await baking(route);
    const id = await on.deploy(2);
    await on.tick(6);

    expect(on.scene.deployment(id)).toMatchObject({ status: 'rollingOut', signal: null });
    expect(on.scene.deployment(id).progress.pods?.looks).toMatchObject([{ kind: 'healthy' }]);
    expect(on.scene.kinds(id)).not.toContain('TrafficMovedByOthers');
  });
});

test('a canary that is unready for less than readyWithin at the judge step is not promoted', async () => {
  const on = await judged();
  const id = await on.deploy(2);
  on.failAll('good:2');
  await afterBake(on, id);

  expect(verdictOf(on.scene, id)).toMatch(/^inconclusive: 0 of the 1 pods that the canary's share needs are available/);
  expect(on.scene.deployment(id).status).toBe('paused');
});

test('a verdict keeps the state of the pods of both versions and the share of calls of each', async () => {
  const on = await judged();
  const id = await on.deploy(2);
  await afterBake(on, id);

  expect(evidenceOf(on.scene, id)).toContainEqual({
    rule: expect.stringMatching(
      /1 of 1 available; of stable: 3 of 3 available; calls received: canary 25 %, stable 75 %$/,
    ),
    outcome: 'pass',
    periods: [],
  });
  expect(on.scene.deployment(id).status).toBe('promoted');
});

test('a strategy without a judge step does not promote a canary that is unready', async () => {
  const on = await aPodScene({ route: HTTP_ROUTE, spec: { strategy: [{ setWeight: 25 }, { bake: { minutes: 1 } }] } });
  const id = await on.deploy(2);
  on.failAll('good:2');
  await on.scene.pass(MINUTE);

  expect(orderIn(await judgeCanary(on.scene.ports, { deploymentId: id }))).toBeNull();
  expect(on.scene.deployment(id).status).toBe('paused');
});

test('unready pods of stable do not accuse the canary, and no promotion happens on them', async () => {
  const on = await judged();
  const id = await on.deploy(2);
  on.failAll('good:1');
  await on.tick(4);
  expect(on.scene.deployment(id).signal).toBeNull();

  await on.goOn(id);
  expect(verdictOf(on.scene, id)).toContain('75 % get to no pod');
  expect(on.scene.deployment(id).status).toBe('paused');
});

test('a rollout with both versions unready is held for a person', async () => {
  const on = await judged();
  const id = await on.deploy(2);
  on.failAll('good:1');
  on.failAll('good:2');
  await on.tick(4);
  expect(on.scene.deployment(id).signal).toBeNull();

  await on.goOn(id);
  expect(verdictOf(on.scene, id)).toContain('Stable fares no better');
  expect(on.scene.deployment(id).status).toBe('paused');
});

test('a canary whose pod was removed and replaced is healthy again', async () => {
  const on = await baking(HTTP_ROUTE);
  const id = await on.deploy(2);
  for (const pod of on.pods('good:2')) on.cluster.removeByHand(pod);
  await on.tick(4);

  expect(on.scene.deployment(id)).toMatchObject({ status: 'rollingOut', signal: null });
  expect(on.scene.deployment(id).progress.pods).toMatchObject({ unwellSince: null });
});

test('a task looks at a cluster that no function reaches before the verdict', async () => {
  const on = await judged();
  on.cluster.setReachable(false);
  const id = await on.deploy(2);
  on.failAll('good:2');
  await on.scene.pass(MINUTE);
  const first = await judgeCanary(on.scene.ports, { deploymentId: id });
  expect(orderIn(first)).toMatchObject({ do: 'status', about: { canaryPercent: 25 } });

  await on.follow(first);
  expect(verdictOf(on.scene, id)).toMatch(/^inconclusive: 0 of the 1 pods/);
});

test('a task that cannot look at the pods leaves the verdict inconclusive, and rolls nothing back', async () => {
  const on = await judged();
  on.cluster.setReachable(false);
  const id = await on.deploy(2);
  on.cluster.deny({ verb: 'list', resource: 'pods' });
  await afterBake(on, id);

  expect(verdictOf(on.scene, id)).toMatch(/^inconclusive: The pods could not be looked at: /);
  expect(on.scene.deployment(id).status).toBe('paused');
});

test('a rollout whose canary has no calls yet sends no request to the API server', async () => {
  const strategy = [{ approve: { within: { hours: 1 } } }, { setWeight: 25 }, { bake: { minutes: 30 } }] as const;
  const on = await aPodScene({ spec: { strategy } });
  const id = await on.deploy(2);
  const reached = () => on.scene.calls.filter((call) => call === 'clusters.reach').length;
  const before = reached();
  await on.tick(5);

  expect(on.scene.deployment(id).status).toBe('awaitingApproval');
  expect(reached()).toBe(before);
});
