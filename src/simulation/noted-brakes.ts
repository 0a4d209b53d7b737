/** The port Clusters that says of each brake which it was: a brake moves calls, and leaves the workload's record as it was. */

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

/** What was braked, as the ledger has it: the last of those that have this brake, since one that was retried has had the same. */
export function brakedBy({ deployments }: LedgerView, order: BrakeOrder): Braked | null {
  const found = [...deployments.values()].findLast(({ progress }) => isSameBrake(progress.brake, order));
  return found === undefined ? null : brakedOf(found);
}

function brakedOf({ spec, stable, canary, atPercent }: Deployment): Braked | null {
  const target = onCluster(spec.target);
  if (target === null || stable === null || canary === null) return null;
  return { target, stable, canary, atPercent };
}
