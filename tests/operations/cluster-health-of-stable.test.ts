import { aLiveWorkload, MINUTE, SECOND } from './a-workload.ts';
import { ownFolder } from './a-workload-folder.ts';

const HTTP_ROUTE = { kind: 'httpRoute', name: 'shop-front' } as const;
type Live = Awaited<ReturnType<typeof aLiveWorkload>>;

async function atAQuarter(workload: Live) {
  // A younger pod may not have reported its readiness yet.
  await workload.pass(10 * SECOND);
  const rollout = workload.rollout('good:2', { fence: 2 });
  await rollout.plan();
  await rollout.weigh(25);
  return rollout;
}

const failAll = (workload: Live, image: string) => {
  for (const { metadata, spec } of workload.cluster.pods('shop'))
    if (spec.containers[0]?.image === image)
      workload.cluster.setPodReady({ namespace: 'shop', name: metadata.name, ready: false });
};

test("the removal of a canary does not wait until stable is healthy, and reports stable's state", async () => {
  const workload = await aLiveWorkload({ route: HTTP_ROUTE });
  const rollout = await atAQuarter(workload);
  failAll(workload, 'good:1');
  const startedAt = workload.scheduler.now();

  const { notes } = await rollout.takeBack();

  expect(workload.scheduler.now() - startedAt).toBeLessThan(10 * SECOND);
  expect(workload.weights()).toEqual({ orders: 100, 'orders-canary': 0 });
  expect(notes).toEqual([
    expect.stringMatching(/^Version v\w+ is not ready\. Deployment shop\/orders: 0 of 3 pods are ready\./),
  ]);
});

test('a deployment that supersedes one while stable is not ready continues, and repairs stable', async () => {
  const workload = await aLiveWorkload({ route: HTTP_ROUTE });
  const rollout = await atAQuarter(workload);
  failAll(workload, 'good:1');

  const fix = workload.rollout('good:3', { fence: 3, clears: [rollout.id] });
  await fix.plan();
  await fix.promote();

  expect(workload.calls()).toEqual({ 'good:3': 100 });
});

describe('without stable’s manifests, which a cleaner has deleted', () => {
  const deleted = (workload: Live, version: string) =>
    workload.cluster.removeByHand(workload.ref('ConfigMap', `slipway-orders-${version}`));

  test.each([
    [HTTP_ROUTE, 25],
    [{ kind: 'replicas' } as const, 25],
    [{ kind: 'albIngress', name: 'shop-front' } as const, 25],
    [{ kind: 'blueGreen' } as const, 100],
  ])(
    'on %j calls return to the existing Deployment of stable although its manifests are deleted',
    async (route, percent) => {
      const workload = await aLiveWorkload({ route });
      const rollout = workload.rollout('good:2', { fence: 2 });
      await rollout.plan();
      await rollout.weigh(percent);
      deleted(workload, rollout.versions().stable);

      await rollout.takeBack();

      expect(workload.calls()).toEqual({ 'good:1': 100 });
      expect(workload.find('Deployment', 'orders-canary')).toBeUndefined();
    },
  );

  test('a deployment of the same image stores its deleted manifests again', async () => {
    const workload = await aLiveWorkload();
    const { canary: version } = workload.first.versions();
    deleted(workload, version);

    await expect(workload.rollout('good:1', { fence: 2 }).plan()).rejects.toMatchObject({
      name: 'Conflict',
      message: expect.stringContaining('holds all the traffic already'),
    });
    expect(workload.find('ConfigMap', `slipway-orders-${version}`)).toBeDefined();
  });
});

describe('without the workload’s record, which a cleaner has deleted', () => {
  const withoutRecord = async (route: Parameters<typeof aLiveWorkload>[0]) => {
    const workload = await aLiveWorkload(route);
    const rollout = await atAQuarter(workload);
    workload.cluster.removeByHand(workload.ref('ConfigMap', 'slipway-orders'));
    return { workload, rollout };
  };

  test("a rollback without the workload's record is the same as with it", async () => {
    const { workload, rollout } = await withoutRecord({ route: HTTP_ROUTE });
    await rollout.takeBack();
    expect(workload.calls()).toEqual({ 'good:1': 100 });
  });

  test("the next deployment without a record starts from the Deployment's version, and removes the canary", async () => {
    const { workload, rollout } = await withoutRecord({ route: HTTP_ROUTE });
    const next = workload.rollout('good:3', { fence: 3 });

    expect(await next.plan()).toMatchObject({ stable: rollout.versions().stable });
    expect(workload.calls()).toEqual({ 'good:1': 100 });
    await next.promote();
    expect(workload.calls()).toEqual({ 'good:3': 100 });
  });

  test('a rollback that was never planned removes nothing', async () => {
    const workload = await aLiveWorkload();
    workload.cluster.removeByHand(workload.ref('ConfigMap', 'slipway-orders'));
    await workload.rollout('good:2', { fence: 2 }).takeBack();
    expect(workload.calls()).toEqual({ 'good:1': 100 });
  });
});

test.each([{ kind: 'blueGreen' } as const, HTTP_ROUTE])(
  'on %j calls always reach a pod on the way to stable, when all pods are replaced at once and a quota refuses them',
  async (route) => {
    const recreate = ownFolder().map((object) =>
      object.kind === 'Deployment'
        ? { ...object, spec: { ...(object.spec as object), strategy: { type: 'Recreate' } } }
        : object,
    );
    const workload = await aLiveWorkload({ route, manifests: { folder: 'own' }, folders: { own: recreate } });
    const rollout = workload.rollout('good:2', { fence: 2 });
    await rollout.plan();
    await rollout.weigh(100);
    const quota = (pods: number) =>
      workload.cluster.applyByHand({
        manager: 'team',
        object: {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'pods', namespace: 'shop' },
          spec: { hard: { pods: String(pods) } },
        },
      });
    quota(3);
    const seen = workload.watchCalls();
    await expect(rollout.promote()).rejects.toMatchObject({ name: 'InvalidRequest' });
    quota(6);

    await rollout.takeBack();

    expect(seen).toEqual([{ 'good:2': 100 }, { 'good:1': 100 }]);
  },
);

test('the pods of a canary behind a load balancer end half a minute after the weights were written', async () => {
  const workload = await aLiveWorkload({ route: { kind: 'albIngress', name: 'shop-front' } });
  const rollout = await atAQuarter(workload);
  const takingBack = workload.start(rollout.orders.takeBack());
  takingBack.catch(() => {});
  await workload.pass(29 * SECOND);
  expect(workload.pods()).toEqual({ 'good:1': 3, 'good:2': 1 });
  await workload.pass(MINUTE);
  await takingBack;
  expect(workload.pods()).toEqual({ 'good:1': 3 });
});
