/** Claims a workload, with the version that the rollout starts from, for a rollout that has not yet moved a call. */

import type { PlanOrder } from '../../domain/orders/cluster-order.ts';
import { admitForward, type Cleared, homeOf, type StoredRecord } from '../../domain/workload/workload-record.ts';
import { type ClusterPorts, claimWorkload } from './workload-store.ts';

export interface Ground {
  readonly stable: string;
  readonly cleared?: Cleared | null;
}

export function claimGround(
  ports: ClusterPorts,
  { order, ground }: { readonly order: PlanOrder; readonly ground: (present: StoredRecord) => Ground },
): Promise<StoredRecord> {
  return claimWorkload(ports, {
    target: order.target,
    holder: order,
    closed: false,
    about: null,
    decide(present) {
      admitForward(present, order);
      const { stable, cleared = null } = ground(present);
      return { split: homeOf(stable), before: stable, cleared };
    },
  });
}
