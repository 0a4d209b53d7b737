/** Keeps the brake of a workload ready while its canary has calls. */

import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { BrakeOrder } from '../../domain/workload/brake-order.ts';
import { brakeBetween } from '../../domain/workload/ready-brake.ts';
import { withWeight } from '../../domain/workload/route-weights.ts';
import type { WorkloadRecord } from '../../domain/workload/workload-record.ts';
import { frontRef, routeRef, withSelected } from '../../domain/workload/workload-route.ts';
import type { ClusterPorts } from './workload-store.ts';

/**
 * Returns null when the canary has no calls, or when one change cannot take them off. A rolling update has no canary,
 * and continues whatever its Service selects.
 */
export async function readyBrake(
  { cluster }: Pick<ClusterPorts, 'cluster'>,
  { target, record }: { readonly target: WorkloadTarget; readonly record: WorkloadRecord },
): Promise<BrakeOrder | null> {
  if (record.canary === null || target.route.kind === 'rolling') return null;
  const route = routeRef(target);
  const live = await cluster.get(route ?? frontRef(target));
  if (live === null) return null;
  const { workload } = target;
  return brakeBetween(
    live,
    route === null ? withSelected(live, 'stable') : withWeight(live, { workload, canaryPercent: 0 }),
  );
}
