import { type WorkloadSeen, wayBackOrder } from '../../src/domain/workload/workload-way-back.ts';

/**
 * Stable's pods are in place and none is ready, although their time is over. The canary answers a quarter of the calls.
 */
const seen = (change: Partial<WorkloadSeen>): WorkloadSeen => ({
  isStableInPlace: true,
  isStableComing: false,
  stableReady: 0,
  othersReady: 0,
  canaryReady: 1,
  canaryPercent: 25,
  ...change,
});

test.each<[string, Partial<WorkloadSeen>, bad: string, notBad: string]>([
  ['a pod of stable is ready', { stableReady: 1, canaryPercent: 100 }, 'homeFirst', 'homeFirst'],
  ['no pod of the canary is ready', { canaryReady: 0, isStableInPlace: false }, 'homeFirst', 'homeFirst'],
  ['the canary has no calls', { canaryPercent: 0, isStableInPlace: false }, 'homeFirst', 'homeFirst'],
  ['stable is in place, and the canary has a part', {}, 'homeFirst', 'homeFirst'],
  ['stable is in place, and the canary has all calls', { canaryPercent: 100 }, 'homeFirst', 'stableFirst'],
  ['stable is on its way', { isStableComing: true }, 'stableFirst', 'stableFirst'],
  ['stable is not in place', { isStableInPlace: false }, 'stableFirst', 'stableFirst'],
  ['pods that are being replaced still answer', { isStableInPlace: false, othersReady: 1 }, 'homeFirst', 'stableFirst'],
])('the rollback has the right order when %s', (_where, change, bad, notBad) => {
  expect(wayBackOrder(seen(change), { isCanaryBad: true })).toBe(bad);
  expect(wayBackOrder(seen(change), { isCanaryBad: false })).toBe(notBad);
});
