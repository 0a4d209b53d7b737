import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import {
  countPods,
  isReady,
  isStarting,
  isUnreadySince,
  judgeHealth,
} from '../../src/domain/workload/workload-health.ts';

interface DeploymentChange {
  readonly spec?: object;
  readonly status?: object;
  readonly generation?: number;
}

/** A Deployment whose three pods are all of the present spec and ready. */
function deployment({ spec = { replicas: 3 }, status = {}, generation = 2 }: DeploymentChange = {}): ClusterObject {
  const whole = { observedGeneration: 2, replicas: 3, updatedReplicas: 3, readyReplicas: 3 };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'orders', namespace: 'shop', generation },
    spec,
    status: { ...whole, ...status },
  };
}

const condition = (type: string, status: string, more: object = {}) => ({ conditions: [{ type, status, ...more }] });

function pod(status: object = {}, metadata: object = {}): ClusterObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'orders-a', namespace: 'shop', ...metadata }, status };
}

const waitingFor = (reason: string, message?: string) => ({
  containerStatuses: [{ image: 'orders:2', state: { waiting: { reason, message } } }],
});
const ready = condition('Ready', 'True');
const ending = { deletionTimestamp: '2030-01-01T00:00:00Z' };

test('a Deployment is ready when its status is of its present spec, and all pods are new and ready', () => {
  expect(judgeHealth(deployment(), [pod(ready)])).toEqual({ is: 'ready' });
});

test('a Deployment of one pod may leave the number out', () => {
  const status = { replicas: 1, updatedReplicas: 1, readyReplicas: 1 };
  expect(judgeHealth(deployment({ spec: {}, status }), [])).toEqual({ is: 'ready' });
});

test.each<[string, DeploymentChange, string]>([
  ['a change that nobody has seen', { generation: 3 }, 'its change is not taken up yet'],
  ['a Deployment that was just made', { status: { observedGeneration: undefined } }, 'its change is not taken up yet'],
  ['old pods that are not replaced', { status: { updatedReplicas: 1 } }, '1 of 3 pods are of the new version'],
  ['no pod at all', { status: { updatedReplicas: undefined } }, '0 of 3 pods are of the new version'],
  ['old pods beside the new ones', { status: { replicas: 5 } }, '2 old pods are still there'],
  ['new pods that are not ready', { status: { readyReplicas: 2 } }, '2 of 3 pods are ready'],
])('%s is waited for', (_what, change, because) => {
  expect(judgeHealth(deployment(change), [])).toEqual({ is: 'waiting', because: `Deployment shop/orders: ${because}` });
});

test('a Deployment that no controller has looked at yet is waited for', () => {
  const { status: _none, ...fresh } = deployment();
  expect(judgeHealth(fresh, [])).toMatchObject({ is: 'waiting' });
  const { generation: _no, ...metadata } = fresh.metadata;
  expect(judgeHealth({ ...fresh, metadata }, [])).toMatchObject({ because: expect.stringContaining('0 of 3 pods') });
});

test.each([
  [
    'finds no room',
    condition('PodScheduled', 'False', { message: '0/3 nodes: Insufficient cpu' }),
    'finds no room: 0/3 nodes: Insufficient cpu',
  ],
  ['waits for its image', waitingFor('ContainerCreating'), 'is in ContainerCreating'],
  ['runs and is not ready', condition('Ready', 'False'), 'runs and its readiness probe does not pass'],
])('the first pod that %s says why it takes so long', (_what, status, because) => {
  const late = deployment({ status: { readyReplicas: 2 } });
  const pods = [pod(ready), pod(status, { name: 'orders-b' }), pod(status, { name: 'orders-c' })];

  expect(judgeHealth(late, pods)).toEqual({
    is: 'waiting',
    because: `Deployment shop/orders: 2 of 3 pods are ready. Pod shop/orders-b ${because}`,
  });
});

test.each([
  ['ImagePullBackOff', /nodes may pull it$/],
  ['InvalidImageName', /Correct the name of the image$/],
  ['CrashLoopBackOff', /Look at the logs of the pod$/],
  ['CreateContainerConfigError', /ConfigMaps and Secrets that it names are there$/],
  ['CreateContainerError', /events of the pod$/],
  ['RunContainerError', /events of the pod$/],
])('a container in %s does not recover by waiting', (reason, next) => {
  expect(judgeHealth(deployment({ status: { readyReplicas: 2 } }), [pod(waitingFor(reason, 'it is so'))])).toEqual({
    is: 'failed',
    because: expect.stringMatching(next),
  });
});

test('the words of the cluster are passed on, cut to a length; without words there are none', () => {
  const late = deployment({ status: { readyReplicas: 2 } });
  const said = (message?: string) => judgeHealth(late, [pod(waitingFor('CrashLoopBackOff', message))]);

  expect(said('back-off 10s')).toMatchObject({
    because: 'Pod shop/orders-a with image orders:2 is in CrashLoopBackOff (back-off 10s). Look at the logs of the pod',
  });
  expect(said('x'.repeat(1_000))).toMatchObject({ because: expect.stringContaining(`(${'x'.repeat(300)})`) });
  expect(said('')).toMatchObject({ because: expect.stringContaining('CrashLoopBackOff. Look') });
  expect(said()).toMatchObject({ because: expect.stringContaining('CrashLoopBackOff. Look') });
});

test('an init container that crashes is as hopeless as any other', () => {
  const { containerStatuses: initContainerStatuses } = waitingFor('CrashLoopBackOff');
  expect(judgeHealth(deployment(), [pod({ initContainerStatuses })])).toMatchObject({ is: 'failed' });
});

test('a pod that is ending does not count as a problem', () => {
  const late = deployment({ status: { readyReplicas: 2 } });
  const pods = [pod(waitingFor('CrashLoopBackOff'), ending), pod({}, ending)];
  expect(judgeHealth(late, pods)).toEqual({ is: 'waiting', because: 'Deployment shop/orders: 2 of 3 pods are ready' });
});

test('refused pods fail a canary at once, and are waited for when old pods make room', () => {
  const refused = condition('ReplicaFailure', 'True', { message: 'exceeded quota' });
  const labels = { 'slipway/track': 'canary' };
  const waiting = deployment({ status: { ...refused, updatedReplicas: 1 } });
  expect(judgeHealth(waiting, [])).toEqual({
    is: 'waiting',
    because:
      'Deployment shop/orders: 1 of 3 pods are of the new version. Deployment shop/orders gets no pods: exceeded quota',
  });
  const canary = { ...waiting, metadata: { ...waiting.metadata, labels } };
  expect(judgeHealth(canary, [])).toEqual({
    is: 'failed',
    because: 'Deployment shop/orders gets no pods: exceeded quota',
  });
  expect(judgeHealth(deployment({ status: condition('ReplicaFailure', 'False') }), [])).toEqual({ is: 'ready' });
});

describe('pods that the namespace refuses', () => {
  interface Refused {
    readonly message?: string;
    readonly annotations?: object;
    readonly spec?: object;
    readonly status?: object;
  }
  const health = ({ message = 'exceeded quota', annotations = {}, spec = {}, status = {} }: Refused) => {
    const refused = condition('ReplicaFailure', 'True', { message });
    const found = deployment({
      spec: { replicas: 3, ...spec },
      status: { ...refused, updatedReplicas: undefined, ...status },
    });
    return judgeHealth({ ...found, metadata: { ...found.metadata, annotations } as typeof found.metadata }, []).is;
  };
  const first = { annotations: { 'deployment.kubernetes.io/revision': '1' } };

  test('refused pods fail a first version at once, because no old pod can make room', () => {
    expect(health({ ...first, status: { replicas: 2, updatedReplicas: 2 } })).toBe('failed');
  });

  test('refused pods fail at once when no old pod may be missing, and are waited for when one may', () => {
    expect(health({})).toBe('failed');
    expect(health({ spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } } } })).toBe('waiting');
    expect(health({ spec: { strategy: { type: 'Recreate' } } })).toBe('waiting');
  });

  test('refused pods are waited for while old pods end or new ones start', () => {
    expect(health({ status: { replicas: 2 } })).toBe('waiting');
    expect(health({ status: { replicas: undefined } })).toBe('waiting');
    expect(health({ status: { updatedReplicas: 1 } })).toBe('waiting');
  });

  test.each([
    'failed calling webhook "policy.example": connection refused',
    'pods "a" is forbidden: status unknown for quota: few, resources: pods',
    'context deadline exceeded',
  ])('refused pods are waited for when the refusal may pass (%s)', (message) => {
    expect(health({ ...first, message })).toBe('waiting');
  });
});

test('a Deployment past its own deadline has failed, and a deadline of the spec before does not count', () => {
  const exceeded = condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' });
  const late = { status: { ...exceeded, updatedReplicas: 1 } };

  expect(judgeHealth(deployment(late), [])).toEqual({
    is: 'failed',
    because: 'Deployment shop/orders: 1 of 3 pods are of the new version',
  });
  expect(judgeHealth(deployment({ ...late, generation: 3 }), [])).toMatchObject({ is: 'waiting' });
});

test('pods are counted by version, without those that are ending', () => {
  const of = (version: string | null, status: object, metadata: object = {}) =>
    pod(status, { ...metadata, ...(version === null ? {} : { labels: { 'slipway/version': version } }) });
  const pods = [of('v2', ready), of('v1', ready), of('v1', {}), of('v1', ready, ending), of(null, ready)];

  const counts = [
    { version: 'unknown', ready: 1, total: 1 },
    { version: 'v1', ready: 1, total: 2 },
    { version: 'v2', ready: 1, total: 1 },
  ];
  expect(countPods(pods)).toEqual(counts);
  expect(countPods(pods.toReversed())).toEqual(counts);
  expect(countPods([])).toEqual([]);
});

test('a pod is ready when it says so, and not once it is ending', () => {
  expect(isReady(pod(ready))).toBe(true);
  expect(isReady(pod(condition('Ready', 'False')))).toBe(false);
  expect(isReady(pod({}))).toBe(false);
  expect(isReady(pod(ready, ending))).toBe(false);
});

test.each([
  ['canary', 5, 0, 'waiting'],
  ['canary', 5, 2, 'ready'],
  ['canary', 0, 0, 'ready'],
  ['stable', 5, 0, 'ready'],
] as const)(
  'pods of %s, ready, with minReadySeconds %i and %i of them available, are %s',
  (track, minReadySeconds, availableReplicas, is) => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'orders', namespace: 'shop', generation: 1, labels: { 'slipway/track': track } },
      spec: { replicas: 2, minReadySeconds },
      status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas },
    };
    expect(judgeHealth(deployment, []).is).toBe(is);
  },
);

describe('the readiness of a pod', () => {
  const at = (seconds: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, seconds)).toISOString();
  const pod = (
    madeAt: number,
    ready: { readonly status: string; readonly since: number } | null,
    placedAt?: number,
  ) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'orders-1', creationTimestamp: at(madeAt) },
    status: {
      conditions: [
        ...(placedAt === undefined ? [] : [{ type: 'PodScheduled', status: 'True', lastTransitionTime: at(placedAt) }]),
        ...(ready === null ? [] : [{ type: 'Ready', status: ready.status, lastTransitionTime: at(ready.since) }]),
      ],
    },
  });
  const taken = (startedAt: number, one: ReturnType<typeof pod>) => ({
    ...one,
    status: { ...one.status, startTime: at(startedAt) },
  });
  const since = Date.parse(at(0));

  test.each([
    ['was made since, and has never been', pod(10, { status: 'False', since: 11 }), true],
    ['was made since, and has said nothing yet', pod(10, null), true],
    ['was made long before it found a node', pod(1, { status: 'False', since: 21 }, 20), true],
    ['was taken by its node a while after that', taken(25, pod(1, { status: 'False', since: 26 }, 20)), true],
    ['has lost it', pod(10, { status: 'False', since: 30 }, 11), false],
    ['was made before', pod(-10, { status: 'False', since: -9 }), false],
    ['is', pod(10, { status: 'True', since: 12 }), false],
  ])('isStarting is right about the readiness of a pod that %s: %#', (_what, one, expected) => {
    expect(isStarting(one, since)).toBe(expected);
  });

  const deployment = (status: string, changedAt: number) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'orders' },
    status: { conditions: [{ type: 'Available', status, lastTransitionTime: at(changedAt) }] },
  });
  const available = deployment('True', -60);

  test.each([
    ['all pods have said so for that long', available, [pod(-60, { status: 'False', since: -50 })], true],
    [
      'one has said so for less',
      available,
      [pod(-60, { status: 'False', since: -50 }), pod(-60, { status: 'False', since: 5 })],
      false,
    ],
    ['one is ready', available, [pod(-60, { status: 'True', since: -50 })], false],
    ['one has not said anything', available, [pod(-60, null)], false],
    ['none is there, and the Deployment says so', deployment('False', -60), [], true],
    ['none is there since a moment ago', deployment('False', 5), [], false],
    ['none is there, and the Deployment is well', available, [], false],
  ])('isUnreadySince is right about pods when %s: %#', (_when, of, pods, expected) => {
    expect(isUnreadySince(since, { deployment: of, pods })).toBe(expected);
  });
});
