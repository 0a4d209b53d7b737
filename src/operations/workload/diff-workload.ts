/** Shows what a version would change on the cluster, as a unified diff in the notes. It changes nothing. */
import type { ClusterDone, ClusterOrder } from '../../domain/orders/cluster-order.ts';
import { hasMovedWeights, withLiveWeights } from '../../domain/workload/live-weights.ts';
import { orderedCount, triedCount } from './ordered-count.ts';
import { workloadStatus } from './read-workload-status.ts';
import { clearWay, triedObjects } from './version-objects.ts';
import { wantedVersion } from './wanted-version.ts';
import type { ClusterPorts } from './workload-store.ts';

/** The result passes through Step Functions and an exported variable, and both limit its size. */
const DIFF_MAX = 20_000;

export async function diffWorkload(
  ports: ClusterPorts,
  order: Extract<ClusterOrder, { readonly do: 'diff' }>,
): Promise<ClusterDone> {
  const { target } = order;
  const { version, objects } = await wantedVersion(ports, order);
  const count = triedCount(await orderedCount(ports, { target, objects }));
  const tried = await Promise.all(
    triedObjects(objects, { target, version, count }).map(async (object) =>
      hasMovedWeights(object) ? withLiveWeights(object, await ports.cluster.get(object)) : object,
    ),
  );
  const diff = await ports.cluster.diff(await clearWay(ports, { objects: tried, dryRun: true }));
  const notes = diff === '' ? [] : [diff.length > DIFF_MAX ? `${diff.slice(0, DIFF_MAX)}\n... (cut)` : diff];
  return { ...(await workloadStatus(ports, target)), do: 'diff', version, notes };
}
