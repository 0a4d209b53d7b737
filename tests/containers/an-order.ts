import type { ClusterOrder } from '../../src/domain/orders/cluster-order.ts';
import type { Manifests, WorkloadTarget } from '../../src/domain/service/service-spec.ts';

export const RENDERED: Manifests = { port: 8080, replicas: 2, environment: {}, secrets: [] };

export function aTarget(changed: Partial<WorkloadTarget> = {}): WorkloadTarget {
  return {
    kind: 'kubernetes',
    cluster: 'shop-eu',
    namespace: 'shop',
    workload: 'orders',
    route: { kind: 'rolling' },
    readyWithin: { minutes: 5 },
    ...changed,
  };
}

const WHOSE = { deploymentId: 'dep-1', fence: 3, service: 'orders' };

/** One order for each kind, by its word `do`. */
export const orders = {
  status: (target = aTarget()): ClusterOrder => ({ ...WHOSE, target, do: 'status' }),
  plan: (target = aTarget(), manifests: Manifests = RENDERED): ClusterOrder => ({
    ...WHOSE,
    target,
    do: 'plan',
    manifests,
    wanted: { image: 'orders:2' },
    weights: [],
    clears: [],
  }),
  diff: (target = aTarget(), manifests: Manifests = RENDERED): ClusterOrder => ({
    ...WHOSE,
    target,
    do: 'diff',
    manifests,
    wanted: { image: 'orders:2' },
  }),
  restart: (target = aTarget()): ClusterOrder => ({ ...WHOSE, target, do: 'restart', at: 1_000 }),
  takeBack: (target = aTarget()): ClusterOrder => ({
    ...WHOSE,
    target,
    do: 'takeBack',
    stable: 'v1',
    canary: 'v2',
    clears: [],
    isCanaryBad: false,
  }),
  setWeight: (target = aTarget()): ClusterOrder => ({
    ...WHOSE,
    target,
    do: 'setWeight',
    stable: 'v1',
    canary: 'v2',
    canaryPercent: 10,
    revision: '7',
  }),
};
