import type { Duration } from '../../src/domain/duration.ts';
import type { ClusterOrder } from '../../src/domain/orders/cluster-order.ts';
import { computeFor } from '../../src/domain/orders/task-compute.ts';

function anOrder(act: 'setWeight' | 'promote' | 'status', readyWithin: Duration): ClusterOrder {
  const target = { kind: 'kubernetes', cluster: 'shop', namespace: 'shop', workload: 'orders', readyWithin } as const;
  const versions = { stable: 'v1', canary: 'v2', canaryPercent: 20, revision: 'r' };
  return { deploymentId: 'd', fence: 1, service: 'orders', ...versions, do: act, target: { ...target, route } };
}
const route = { kind: 'replicas' } as const;

test.each<['setWeight' | 'promote' | 'status', Duration, string]>([
  ['setWeight', { minutes: 5 }, 'lambda'],
  ['promote', { seconds: 330 }, 'lambda'],
  ['setWeight', { seconds: 331 }, 'container'],
  ['promote', { minutes: 10 }, 'container'],
  ['status', { minutes: 10 }, 'lambda'],
])('a %s whose pods may take %j runs on the compute %s', (act, readyWithin, compute) => {
  expect(computeFor(anOrder(act, readyWithin))).toBe(compute);
});
