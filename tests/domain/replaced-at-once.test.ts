import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { isSwift, lingersMs, swiftly } from '../../src/domain/workload/replaced-at-once.ts';

const pods = (spec: object, strategy?: object): ClusterObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'orders', annotations: { owner: 'shop' } },
  spec: { ...(strategy && { strategy }), template: { spec } },
});
const container = (preStop?: object) => ({ name: 'app', ...(preStop && { lifecycle: { preStop } }) });

test('a Deployment that is replaced at once has limits of its own, and is recognized by them', () => {
  const swift = swiftly(pods({}, { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }));
  expect(swift.spec).toMatchObject({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '100%' } } });
  expect(swift.metadata.annotations).toMatchObject({ owner: 'shop' });
  expect([isSwift(swift), isSwift(pods({}))]).toEqual([true, false]);
});

test('a Deployment that replaces all of its pods at once by itself is left as it is', () => {
  const recreated = pods({}, { type: 'Recreate' });
  expect(swiftly(recreated)).toBe(recreated);
});

test.each<[string, object, number]>([
  ['sleep by the kubelet', { containers: [container({ sleep: { seconds: 5 } })] }, 5_000],
  ['sleep by a command', { containers: [container({ exec: { command: ['sleep', '3'] } })] }, 3_000],
  ['sleep by a shell', { containers: [container({ exec: { command: ['/bin/sh', '-c', 'sleep 12'] } })] }, 12_000],
  ['sleep by a path', { containers: [container({ exec: { command: ['/bin/sleep', '4'] } })] }, 4_000],
  ['do something else', { containers: [container({ exec: { command: ['nginx', '-s', 'quit'] } })] }, 0],
  ['call something', { containers: [container({ httpGet: { path: '/drain' } })] }, 0],
  ['end at once', { containers: [container()] }, 0],
  ['differ', { containers: [container({ sleep: { seconds: 5 } }), container()] }, 0],
  [
    'are killed before',
    { containers: [container({ sleep: { seconds: 60 } })], terminationGracePeriodSeconds: 10 },
    10_000,
  ],
  ['sleep for long', { containers: [container({ sleep: { seconds: 60 } })] }, 30_000],
  ['have no container', {}, 0],
])('pods that %s answer for the expected time after they were told to end', (_, spec, ms) => {
  expect(lingersMs(pods(spec))).toBe(ms);
});
