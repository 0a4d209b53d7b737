/**
 * Applies a route of the team's folder but keeps its live weights, because several workloads and teams may be moving
 * them.
 */

import { isSlipwayError } from '../../domain/errors.ts';
import type { ApplyOrder } from '../../domain/workload/cluster-call.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import { withLiveWeights } from '../../domain/workload/live-weights.ts';
import type { ClusterPorts } from './workload-store.ts';

/** One more than the writers that are likely to move weights of one route in the same second. */
const TRIES = 10;

/** Repeatable. Throws Conflict when the route changes faster than it can be read. */
export async function applyRoute(
  { cluster }: Pick<ClusterPorts, 'cluster'>,
  { route, ...order }: Omit<ApplyOrder, 'objects'> & { readonly route: ClusterObject },
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const live = await cluster.get(route);
    try {
      await cluster.apply({ ...order, objects: [asRead(withLiveWeights(route, live), live)] });
      return;
    } catch (error) {
      if (!isSlipwayError(error, 'Conflict') || live === null || tries === TRIES) throw error;
      // When the route has not changed, the conflict is about fields of another tool or person. Another try would meet
      // the same conflict.
      const present = await cluster.get(route);
      if (present?.metadata.resourceVersion === live.metadata.resourceVersion) throw error;
    }
  }
}

/**
 * Adds the revision that was read, so that the API server refuses the apply when another writer has moved a weight
 * since.
 */
function asRead(route: ClusterObject, live: ClusterObject | null): ClusterObject {
  const { resourceVersion } = live?.metadata ?? {};
  return resourceVersion === undefined ? route : { ...route, metadata: { ...route.metadata, resourceVersion } };
}
