/** The port Clusters that reports each brake: a brake moves calls and does not change the workload's record. */

import type { Deployment } from '../domain/deployment/deployment.ts';
import type { KubernetesTarget } from '../domain/service/service-spec.ts';
import { onCluster } from '../domain/service/target.ts';
import { type BrakeOrder, isSameBrake } from '../domain/workload/brake-order.ts';
import type { Clusters } from '../ports/clusters.ts';
import type { LedgerView } from '../twin/ledger/ledger.ts';

export function notedBrakes({ reach }: Clusters, note: (order: BrakeOrder) => void): Clusters {
  return {
    async reach(name) {
      const reached = await reach(name);
      if (reached === null) return null;
      return {
        ...reached,
        async brake(order) {
          const did = await reached.brake(order);
          if (did === 'braked') note(order);
          return did;
        },
      };
    },
  };
}

export interface Braked {
  readonly target: KubernetesTarget;
  readonly stable: string;
  readonly canary: string;
  readonly atPercent: number;
}

/**
 * What was braked, by the ledger: the last deployment that has this brake, because a retried deployment has the same
 * brake.
 */
export function brakedBy({ deployments }: LedgerView, order: BrakeOrder): Braked | null {
  const found = [...deployments.values()].findLast(({ progress }) => isSameBrake(progress.brake, order));
  return found === undefined ? null : brakedOf(found);
}

function brakedOf({ spec, stable, canary, atPercent }: Deployment): Braked | null {
  const target = onCluster(spec.target);
  if (target === null || stable === null || canary === null) return null;
  return { target, stable, canary, atPercent };
}
