import type { Route } from '../../src/domain/service/service-spec.ts';
import { aLiveWorkload, MINUTE, SECOND } from './a-workload.ts';
import { struckPort } from './a-workload-port.ts';

const onHttpRoute: Route = { kind: 'httpRoute', name: 'shop-front' };
const onIngress: Route = { kind: 'albIngress', name: 'shop-front' };

/** Version 2 is planned beside version 1, which is live. */
async function planned(scene: Parameters<typeof aLiveWorkload>[0] = {}, image = 'good:2') {
  const workload = await aLiveWorkload(scene);
  const rollout = workload.rollout(image, { fence: 2 });
  await rollout.plan();
  return { workload, rollout };
}

test.each<[Route, readonly [percent: number, pods: number, canaryCalls: number][]]>([
  // When pods are the weights, a canary beside three pods has at least a quarter of the calls.
  [
    { kind: 'replicas' },
    [
      [10, 1, 25],
      [25, 1, 25],
      [50, 3, 50],
    ],
  ],
  [
    onHttpRoute,
    [
      [10, 1, 10],
      [25, 1, 25],
      [50, 2, 50],
      [100, 3, 100],
    ],
  ],
  [
    onIngress,
    [
      [10, 1, 10],
      [25, 1, 25],
      [50, 2, 50],
      [100, 3, 100],
    ],
  ],
])('on %j each weight has its pods and its calls, and is read back', async (route, steps) => {
  const { workload, rollout } = await planned({ route });
  let found = 0;
  for (const [percent, pods, canaryCalls] of steps) {
    const done = await rollout.weigh(percent);

    expect(done).toMatchObject({ do: 'setWeight', percent, foundPercent: found, notes: [] });
    expect(done.pods.map(({ ready, total }) => [ready, total])).toContainEqual([pods, pods]);
    expect(workload.pods()).toEqual({ 'good:1': 3, 'good:2': pods });
    expect(workload.calls()).toEqual(
      canaryCalls === 100 ? { 'good:2': 100 } : { 'good:1': 100 - canaryCalls, 'good:2': canaryCalls },
    );
    if ('name' in route) expect(workload.weights()).toEqual({ orders: 100 - percent, 'orders-canary': percent });
    found = percent;
  }
});

test('a route has the weights of the first version before any shift of the next version', async () => {
  const { workload } = await planned({ route: onHttpRoute });
  expect(workload.weights()).toEqual({ orders: 100, 'orders-canary': 0 });
});

test('a second set of pods gets no call until the Service is switched to it, all at once', async () => {
  const { workload, rollout } = await planned({ route: { kind: 'blueGreen' } });
  const seen = workload.watchCalls();

  expect(await rollout.weigh(100)).toMatchObject({ percent: 100 });

  expect(workload.pods()).toEqual({ 'good:1': 3, 'good:2': 3 });
  expect(workload.cluster.endpoints('shop', { service: 'orders-preview' })).toHaveLength(3);
  expect(seen).toEqual([{ 'good:1': 100 }, { 'good:2': 100 }]);
});

test('without a canary the pods are replaced one by one, and all the calls are answered meanwhile', async () => {
  const { workload, rollout } = await planned({ route: { kind: 'rolling' } });
  const seen = workload.watchCalls();

  expect(await rollout.weigh(100)).toMatchObject({ percent: 100, stable: rollout.versions().canary });

  expect(workload.pods()).toEqual({ 'good:2': 3 });
  expect(seen.length).toBeGreaterThan(3);
  const shares = seen.map((calls) => calls['good:2'] ?? 0);
  expect(shares).toEqual([...shares].sort((one, other) => one - other));
  for (const calls of seen) expect(calls).not.toHaveProperty('nobody');
});

test.each([{ kind: 'replicas' }, onHttpRoute, onIngress] as const)(
  'on %j the share of the canary only rises, and every call is answered',
  async (route) => {
    const { workload, rollout } = await planned({ route });
    const seen = workload.watchCalls();
    for (const percent of [10, 50, 100]) await rollout.weigh(percent);

    const shares = seen.map((calls) => calls['good:2'] ?? 0);
    expect(shares).toEqual([...shares].sort((one, other) => one - other));
    for (const calls of seen) expect(calls).not.toHaveProperty('nobody');
  },
);

test.each([{ kind: 'replicas' }, onHttpRoute] as const)('on %j a canary has at least one pod', async (route) => {
  const { workload, rollout } = await planned({ route });
  await rollout.weigh(1);

  expect(workload.pods()).toEqual({ 'good:1': 3, 'good:2': 1 });
});

test.each([
  [{ kind: 'replicas' }, 9],
  [onHttpRoute, 5],
] as const)('on %j a stable version that the autoscaler has made larger has a larger canary', async (route, canary) => {
  const { workload, rollout } = await planned({ route });
  await rollout.weigh(25);
  await workload.cluster.port.scale(workload.ref('Deployment'), 9);
  await workload.pass(MINUTE);

  await rollout.weigh(50);

  expect(workload.pods()).toEqual({ 'good:1': 9, 'good:2': canary });
});

test('a repeated weight finds the weight in place, and changes nothing', async () => {
  const { workload, rollout } = await planned({ route: onHttpRoute });
  const done = await rollout.weigh(25);
  const before = workload.cluster.objects();

  expect(await rollout.weigh(25)).toEqual(done);
  expect(workload.cluster.objects()).toEqual(before);
});

test.each([
  ['missing:2', /Pod shop\/orders-canary-\S+ with image missing:2 is in ImagePullBackOff.*pushed/],
  ['crashing:2', /is in CrashLoopBackOff.*Look at the logs of the pod/],
  ['unready:2', /0 of 1 pods are ready\. .* runs and its readiness probe does not pass. It had 2 minutes/],
])('a canary of %s fails with its reason, and has had no call', async (image, reason) => {
  const { workload, rollout } = await planned({ route: onHttpRoute }, image);
  const seen = workload.watchCalls();

  await expect(rollout.weigh(25)).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringMatching(reason),
  });
  expect(seen).toEqual([{ 'good:1': 100 }]);
  expect(workload.weights()).toEqual({ orders: 100, 'orders-canary': 0 });
});

test('a weight whose pods do not fit into the namespace fails at once', async () => {
  const { workload, rollout } = await planned();
  const metadata = { name: 'pods', namespace: 'shop' };
  const object = { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { pods: '3' } } };
  workload.cluster.applyByHand({ manager: 'team', object });

  await expect(rollout.weigh(25)).rejects.toThrow(/orders-canary gets no pods: .*exceeded quota/);
  expect(workload.pods()).toEqual({ 'good:1': 3 });
});

test('a record that another person has changed is not overwritten', async () => {
  const { workload, rollout } = await planned();
  await rollout.weigh(25);
  const ref = workload.ref('ConfigMap', 'slipway-orders');
  const record = JSON.stringify({ ...workload.record(), canaryPercent: 60 });
  workload.cluster.changeByHand({ manager: 'kubectl-edit', ref, change: { data: { record } } });

  await expect(rollout.weigh(50)).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringMatching(
      /^The record of orders is not as deployment dep-002 left it: 40 % on version v\w+, 60 % on version v\w+\. Find out/,
    ),
  });
  const home = JSON.stringify({ ...workload.record(), canary: null, canaryPercent: 0 });
  workload.cluster.changeByHand({ manager: 'kubectl-edit', ref, change: { data: { record: home } } });
  await expect(rollout.weigh(50)).rejects.toThrow(/left it: 100 % on version v\w+\. Find out/);
});

describe('beside others', () => {
  const annotated = (workload: Awaited<ReturnType<typeof aLiveWorkload>>, note: string) =>
    workload.cluster.changeByHand({
      manager: 'team',
      ref: {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: 'shop-front', namespace: 'shop' },
      },
      change: { metadata: { annotations: { note } } },
    });

  test('a concurrent change of the route stays, and the weight is written after it', async () => {
    const { workload, rollout } = await planned({ route: onHttpRoute });
    let replaced = 0;
    const { port } = struckPort(workload.cluster.port, ({ method }) => {
      if (method !== 'replace') return;
      replaced += 1;
      // The first replace is that of the record.
      if (replaced === 2) annotated(workload, 'mine');
    });

    expect(await rollout.weigh(25, port)).toMatchObject({ percent: 25 });
    expect(workload.weights()).toEqual({ orders: 75, 'orders-canary': 25 });
    expect(annotated(workload, 'still mine').metadata.annotations).toEqual({ note: 'still mine' });
  });

  test('a weight fails when another tool resets the weights each time', async () => {
    const { workload, rollout } = await planned({ route: onHttpRoute });
    let last = '';
    const { port } = struckPort(workload.cluster.port, ({ method }) => {
      if (last === 'replace' && method === 'get' && workload.weights().orders === 75) {
        const spec = { rules: [{ backendRefs: [{ name: 'orders', port: 80, weight: 1 }] }] };
        workload.cluster.changeByHand({ manager: 'gitops', ref: annotated(workload, 'gitops'), change: { spec } });
      }
      last = method;
    });

    await expect(rollout.weigh(25, port)).rejects.toMatchObject({
      name: 'Transient',
      message: expect.stringContaining('HTTPRoute shop/shop-front does not show 25 % for the canary after 10 tries'),
    });
  });

  test('a weight fails when another tool switches the Service back each time', async () => {
    const { workload, rollout } = await planned({ route: { kind: 'blueGreen' } });
    const ref = workload.ref('Service');
    const { port } = struckPort(workload.cluster.port, () => {
      if (workload.calls()['good:2'] !== 100) return;
      const change = { spec: { selector: { 'slipway/track': 'stable' } } };
      workload.cluster.changeByHand({ manager: 'gitops', ref, change });
    });

    await expect(rollout.weigh(100, port)).rejects.toMatchObject({
      name: 'Transient',
      message:
        'Service shop/orders does not lead to canary after 10 tries: somebody else changes it as well. Stop whoever that is; this is tried again.',
    });
  });

  test('a route or a canary that a person deletes during the rollout stops the next weight', async () => {
    const route = await planned({ route: onHttpRoute });
    await route.rollout.weigh(25);
    route.workload.cluster.removeByHand(annotated(route.workload, 'gone'));
    await expect(route.rollout.weigh(50)).rejects.toMatchObject({
      name: 'NotFound',
      message: expect.stringContaining('There is no HTTPRoute shop/shop-front. Create it'),
    });

    const { workload, rollout } = await planned({}, 'unready:2');
    const failing = rollout.weigh(25);
    failing.catch(() => {});
    await workload.pass(5 * SECOND);
    workload.cluster.removeByHand(workload.ref('Deployment', 'orders-canary'));
    await expect(failing).rejects.toMatchObject({
      name: 'Conflict',
      message: expect.stringContaining('Deployment shop/orders-canary was deleted while Slipway waited for its pods'),
    });
  });
});
