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
/** As with the Role of k8s/access: without a dry run of a pod. */
const mayNotMakePods = ({ cluster }: Pick<Workload, 'cluster'>) => cluster.deny({ verb: 'create', resource: 'pods' });

test('a namespace that lets no pod of a first version in is found at the plan, and nothing is left behind', async () => {
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

describe.each(RULES)('%s that refuses the pods of a version', (_what, rule, says) => {
  test('is found at the plan of the first', async () => {
    const workload = aWorkload(inFolder);
    rule(workload);
    const before = workload.cluster.objects();
    await expect(workload.rollout('good:1', { fence: 1 }).plan()).rejects.toThrow(says);
    expect(workload.cluster.objects()).toEqual(before);
  });

  test('is found at the plan of a later one too, although old pods would make room', async () => {
    const workload = await aLiveWorkload(inFolder);
    rule(workload);
    await expect(workload.rollout('good:2', { fence: 2 }).plan()).rejects.toThrow(says);
    expect(workload.pods()).toEqual({ 'good:1': 3 });
  });

  test('fails the first at once where Slipway may not try a pod', async () => {
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

test('where Slipway may not try a pod, a first version that gets none fails at once, long before its time is over', async () => {
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

test('a full quota is no refusal where the old pods make room for the new ones', async () => {
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
])('a Deployment %s is refused at the plan with the field', async (_what, change, says) => {
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
