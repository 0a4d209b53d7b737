/** Takes out of the way of an apply what it would leave on the live Deployment, and the API server would refuse beside it. */
import type { ClusterObject } from '../../domain/cluster/cluster-object.ts';
import { withoutStaleLimits } from '../../domain/cluster/stale-defaults.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import type { ClusterPorts } from './workload-store.ts';

const TRIES = 5;

/** Repeatable. `objects` are about to be applied. */
export async function makeWay(
  { cluster }: Pick<ClusterPorts, 'cluster'>,
  { objects, live }: { readonly objects: readonly ClusterObject[]; readonly live: ClusterObject | null },
): Promise<void> {
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  let present = live;
  for (let tries = 1; deployment !== undefined && present !== null; tries += 1) {
    const changed = withoutStaleLimits(present, deployment);
    if (changed === null) return;
    try {
      await cluster.replace(changed);
      return;
    } catch (error) {
      // The status of a Deployment changes all the time, and its resourceVersion with it.
      if (!isSlipwayError(error, 'Conflict') || tries === TRIES) throw error;
      present = await cluster.get(present);
    }
  }
}
