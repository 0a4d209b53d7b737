import { aDeploymentObject } from '../domain/a-workload.ts';
import { aLiveWorkload, aWorkload, MINUTE, type Workload } from './a-workload.ts';

const quota = ({ cluster }: Pick<Workload, 'cluster'>, pods: number) =>
  void cluster.applyByHand({
    manager: 'admin',
    object: {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'few-pods', namespace: 'shop' },
      spec: { hard: { pods: String(pods) } },
    },
  });
/** Denies the dry run of a pod, as the Role of k8s/access does. */
const mayNotMakePods = ({ cluster }: Pick<Workload, 'cluster'>) => cluster.deny({ verb: 'create', resource: 'pods' });

test('the plan finds a namespace that admits no pod of a first version, and leaves nothing behind', async () => {
  const workload = aWorkload();
  quota(workload, 0);
  const before = workload.cluster.objects();
  await expect(workload.rollout('good:1', { fence: 1 }).plan()).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringMatching(/Namespace shop would let no pod of orders in.*exceeded quota: few-pods.*pods=0/),
  });
  expect(workload.cluster.objects()).toEqual(before);
});

const limitRange = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'small', namespace: 'shop' },
  spec: { limits: [{ type: 'Container', max: { cpu: '100m' } }] },
};
const RULES: readonly (readonly [what: string, rule: (workload: Workload) => void, says: RegExp])[] = [
  [
    'a LimitRange',
    ({ cluster }) => void cluster.applyByHand({ manager: 'admin', object: limitRange }),
    /maximum cpu usage per Container is 100m, but limit is 500m/,
  ],
  [
    'a level of Pod Security',
    ({ cluster }) => {
      const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
      const ref = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
      cluster.changeByHand({ manager: 'admin', ref, change: { metadata: { labels } } });
    },
    /violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false/,
  ],
];
const bare = aDeploymentObject({
  containers: [{ name: 'app', image: 'orders:latest', resources: { limits: { cpu: '500m' } } }],
});
const inFolder = { manifests: { folder: 'deploy' }, folders: { deploy: [bare] } };

describe.each(RULES)('with %s that refuses the pods of a version', (_what, rule, says) => {
  test('the plan of a first version finds the refusal of its pods', async () => {
    const workload = aWorkload(inFolder);
    rule(workload);
    const before = workload.cluster.objects();
    await expect(workload.rollout('good:1', { fence: 1 }).plan()).rejects.toThrow(says);
    expect(workload.cluster.objects()).toEqual(before);
  });

  test('the plan of a later version finds the refusal too, although the end of old pods would make room', async () => {
    const workload = await aLiveWorkload(inFolder);
    rule(workload);
    await expect(workload.rollout('good:2', { fence: 2 }).plan()).rejects.toThrow(says);
    expect(workload.pods()).toEqual({ 'good:1': 3 });
  });

  test('a first version whose pods are refused fails at once when Slipway may not try a pod', async () => {
    const workload = aWorkload({ ...inFolder, readyWithin: { minutes: 10 } });
    rule(workload);
    mayNotMakePods(workload);
    const first = workload.rollout('good:1', { fence: 1 });
    await first.plan();
    const begun = workload.scheduler.now();
    await expect(first.promote()).rejects.toThrow(says);
    expect(workload.scheduler.now() - begun).toBeLessThan(MINUTE / 2);
  });
});

test('a first version that gets no pod fails long before its time is over when Slipway may not try a pod', async () => {
  const workload = aWorkload({ readyWithin: { minutes: 10 } });
  quota(workload, 2);
  mayNotMakePods(workload);
  const first = workload.rollout('good:1', { fence: 1 });
  await first.plan();
  const begun = workload.scheduler.now();
  await expect(first.promote()).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringMatching(/Deployment shop\/orders gets no pods: .*exceeded quota: few-pods.*Mend it/),
  });
  expect(workload.scheduler.now() - begun).toBeLessThan(MINUTE / 2);

  await first.takeBack();
  expect(workload.find('Deployment')).toBeUndefined();
  expect(workload.pods()).toEqual({});
});

test('a full quota is no refusal when the end of old pods makes room for the new ones', async () => {
  const workload = await aLiveWorkload({ route: { kind: 'rolling' } });
  quota(workload, 3);
  const next = workload.rollout('good:2', { fence: 2, weights: [] });
  await next.plan();
  await next.promote();
  expect(workload.pods()).toEqual({ 'good:2': 3 });
});

test('a full quota fails a rolling update at once when none of the old pods may be missing', async () => {
  const strict = aDeploymentObject();
  const rollingUpdate = { maxSurge: 1, maxUnavailable: 0 };
  const deploy = [{ ...strict, spec: { ...(strict.spec as object), strategy: { rollingUpdate } } }];
  const workload = await aLiveWorkload({
    route: { kind: 'rolling' },
    manifests: { folder: 'deploy' },
    folders: { deploy },
    readyWithin: { minutes: 10 },
  });
  quota(workload, 3);
  const next = workload.rollout('good:2', { fence: 2, weights: [] });
  await next.plan();
  const begun = workload.scheduler.now();
  await expect(next.promote()).rejects.toThrow(/gets no pods: .*exceeded quota/);
  expect(workload.scheduler.now() - begun).toBeLessThan(MINUTE / 2);
  await next.takeBack();
  expect(workload.pods()).toEqual({ 'good:1': 3 });
});

test.each([
  ['paused', { paused: true }, /has spec.paused: true.*Remove spec.paused/],
  ['with minReadySeconds beyond readyWithin', { minReadySeconds: 200 }, /spec.minReadySeconds 200.*readyWithin/],
])('the plan refuses a Deployment %s and names the field', async (_what, change, says) => {
  const found = aDeploymentObject();
  const deploy = [{ ...found, spec: { ...(found.spec as object), ...change } }];
  const workload = aWorkload({ manifests: { folder: 'deploy' }, folders: { deploy } });
  const before = workload.cluster.objects();
  await expect(workload.rollout('good:1', { fence: 1 }).plan()).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringMatching(says),
  });
  expect(workload.cluster.objects()).toEqual(before);
});
