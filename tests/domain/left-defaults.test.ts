import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { withDefaultsSaid, withoutLimits, withoutStrategy } from '../../src/domain/workload/left-defaults.ts';

const deployment = (strategy?: object, pod: object = {}): ClusterObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'orders' },
  spec: { ...(strategy && { strategy }), template: { spec: pod } },
});
const LIMITS = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } };
const RECREATE = { type: 'Recreate' };
const READER = { serviceAccountName: 'reader', serviceAccount: 'reader' };

test.each<[string, ClusterObject, ClusterObject, ClusterObject]>([
  ['nothing of its own', deployment(), deployment(LIMITS), deployment()],
  [
    'no account, beside one',
    deployment(),
    deployment(LIMITS, READER),
    deployment(undefined, { serviceAccountName: 'default' }),
  ],
  [
    'an account',
    deployment(undefined, { serviceAccountName: 'b' }),
    deployment(LIMITS, READER),
    deployment(undefined, { serviceAccountName: 'b' }),
  ],
  [
    'an account by the older name',
    deployment(undefined, { serviceAccount: 'b' }),
    deployment(LIMITS, READER),
    deployment(undefined, { serviceAccount: 'b' }),
  ],
  ['no strategy, beside Recreate', deployment(), deployment(RECREATE), deployment({ type: 'RollingUpdate' })],
  ['Recreate, beside Recreate', deployment(RECREATE), deployment(RECREATE), deployment(RECREATE)],
])('with %s, the applied version has the values that it means', (_what, wanted, live, expected) => {
  expect(withDefaultsSaid(wanted, live)).toEqual(expected);
});

test('the limits of a rolling update are removed for Recreate only', () => {
  expect(withoutLimits(deployment(LIMITS), deployment(RECREATE))).toEqual(deployment(RECREATE));
  expect(withoutLimits(deployment(RECREATE), deployment(RECREATE))).toBeNull();
  expect(withoutLimits(deployment(LIMITS), deployment())).toBeNull();
  expect(withoutStrategy(deployment(RECREATE))).toEqual(deployment());
});
