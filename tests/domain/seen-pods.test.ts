import { isUnwell, seenPods, type VersionObjects } from '../../src/domain/workload/seen-pods.ts';
import { aPod, aWarning, CANARY, NOW, ofVersion, pods, STABLE } from './a-namespace.ts';

const seen = (change: Partial<VersionObjects>) =>
  seenPods({
    ...{ workload: 'orders', version: CANARY, pods: [], events: [], now: NOW },
    deployments: [ofVersion(STABLE, { replicas: 3 }), ofVersion(CANARY)],
    ...change,
  });
const restarted = (container: object) => ({
  status: { containerStatuses: [container], conditions: [{ type: 'Ready', status: 'True' }] },
});
const finishedAt = (secondsAgo: number) => new Date(NOW - secondsAgo * 1_000).toISOString();

test('the pods of one version of one workload are counted', () => {
  const others = [aPod({ version: STABLE }), aPod({ workload: 'carts' })];
  const unready = aPod({ ready: false, forSeconds: 90 });
  expect(seen({ pods: [aPod(), unready, ...others], deployments: [ofVersion(CANARY, { replicas: 2 })] })).toMatchObject(
    {
      wanted: 2,
      ready: 1,
      available: 1,
      unreadySince: NOW - 90_000,
    },
  );
});

test('a pod is available when it has been ready for minReadySeconds', () => {
  const deployments = [ofVersion(CANARY, { minReadySeconds: 60 })];
  expect(seen({ deployments, pods: [aPod({ forSeconds: 59 })] })).toMatchObject({
    wanted: 1,
    ready: 1,
    available: 0,
    minReadySeconds: 60,
  });
  expect(seen({ deployments, pods: [aPod({ forSeconds: 60 })] })).toMatchObject({ available: 1, because: null });
});

test('a version without a Deployment wants no pod, and says so', () => {
  expect(seen({ deployments: [] })).toMatchObject({
    wanted: 0,
    because: `No Deployment of orders has version ${CANARY}`,
  });
});

test('a pod that finds no room says so', () => {
  const conditions = [
    { type: 'PodScheduled', status: 'False', message: '0/3 nodes are available: 3 Insufficient cpu.' },
  ];
  const found = seen({ pods: [aPod({ name: 'one', status: { conditions } })] });
  expect(found).toMatchObject({ waiting: 1, ready: 0 });
  expect(found.because).toBe('Pod shop/one finds no room: 0/3 nodes are available: 3 Insufficient cpu.');
});

test('a pod without a status yet counts from its creation', () => {
  expect(seen({ pods: [aPod({ forSeconds: 30, status: { conditions: [] } })] }).unreadySince).toBe(NOW - 30_000);
  const ageless = aPod({ status: { conditions: [] }, metadata: { creationTimestamp: undefined } });
  expect(seen({ pods: [ageless] }).unreadySince).toBeNull();
});

test('a pod in a state that does not recover says which state', () => {
  const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 10s' };
  const pod = aPod({ ready: false, status: { containerStatuses: [{ image: 'bad:1', state: { waiting } }] } });
  expect(seen({ pods: [pod] }).because).toContain('is in CrashLoopBackOff (back-off 10s)');
});

test('a pod that the node has evicted no longer counts, and is the reason', () => {
  const status = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory' };
  const found = seen({ pods: [aPod({ name: 'one', status }), aPod()] });
  expect(found).toMatchObject({ ready: 1, because: 'Pod shop/one has ended: Evicted: The node was low on memory' });
  expect(seen({ pods: [aPod({ status: { phase: 'Succeeded' } }), aPod()] }).because).toBeNull();
});

test('a container that was killed and restarted says how often, when and why', () => {
  const lastState = { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: finishedAt(20) } };
  const found = seen({
    pods: [aPod({ name: 'one', ...restarted({ restartCount: 2, state: {}, lastState }) }), aPod()],
  });
  expect(found).toMatchObject({ restarts: 2, restartedAt: NOW - 20_000 });
  expect(found.because).toBe('Pod shop/one was started again, 2 times so far: OOMKilled with exit code 137');
});

test('an old restart is counted, and is no longer a reason', () => {
  const state = { terminated: { finishedAt: finishedAt(20) } };
  const lastState = { terminated: { finishedAt: finishedAt(3_600) } };
  expect(seen({ pods: [aPod(restarted({ restartCount: 1, lastState }))] })).toMatchObject({
    restarts: 1,
    because: null,
  });
  expect(seen({ pods: [aPod(restarted({ restartCount: 1, state, lastState }))] }).because).toMatch(/so far: Error$/);
});

test('the latest warning of the last minute about the version is the reason in words', () => {
  const events = [
    aWarning('orders-canary-7d4-x', { message: 'an earlier one', ageSeconds: 30 }),
    aWarning('orders-canary-7d4-x', { reason: 'Unhealthy', message: 'HTTP probe failed with statuscode: 503' }),
    aWarning('orders-canary-7d4-x', { message: 'too old', ageSeconds: 61 }),
    aWarning('orders-6f8-y', { message: 'of stable', ageSeconds: 1 }),
    aWarning('carts-1', { message: 'of others', ageSeconds: 1 }),
    aWarning('orders-canary-7d4-x', { type: 'Normal', message: 'no warning', ageSeconds: 1 }),
  ];
  expect(seen({ events, pods: [aPod()] }).because).toBe('Unhealthy: HTTP probe failed with statuscode: 503');
  expect(seen({ events, version: STABLE, pods: pods(3, { version: STABLE }) }).because).toBe('Unhealthy: of stable');
  expect(
    seen({ events: [aWarning('orders-canary', { message: '', lastTimestamp: null, eventTime: finishedAt(5) })] })
      .because,
  ).toBe('Unhealthy');
  expect(seen({ events: [aWarning('orders-canary', { lastTimestamp: undefined })] }).because).toBeNull();
});

test('the events of pods are read when a pod is missing or was restarted', () => {
  const well = seen({ pods: [aPod()] });
  expect(isUnwell(well)).toBe(false);
  expect(isUnwell({ ...well, available: 0, wanted: 0 })).toBe(true);
  expect(isUnwell({ ...well, restarts: 1 })).toBe(true);
});

test('a Deployment that does not say its number of pods wants one', () => {
  expect(seen({ deployments: [ofVersion(CANARY, {})] })).toMatchObject({ wanted: 1, minReadySeconds: 0 });
});
