/** All objects of a version as the stable one, in the order in which they are applied. */

import type { ApplyOrder } from '../../domain/cluster/cluster-call.ts';
import type { ClusterObject } from '../../domain/cluster/cluster-object.ts';
import { objectsAhead, trackDeployment } from '../../domain/cluster/workload-objects.ts';
import { ownRoute, routedServices } from '../../domain/cluster/workload-route.ts';
import type { WorkloadTarget } from '../../domain/service-spec.ts';
import type { ClusterPorts } from './workload-store.ts';

interface StableOrder {
  readonly target: WorkloadTarget;
  readonly version: string;
  /** Where the calls go: the Services are to lead there. */
  readonly canaryPercent: number;
}

export function stableObjects(
  objects: readonly ClusterObject[],
  { target, version, canaryPercent }: StableOrder,
): readonly ClusterObject[] {
  const services = routedServices(objects, { target, canaryPercent });
  const routed = new Set(services.map(({ metadata }) => metadata.name));
  const others = objects.filter(
    ({ kind, metadata }) => kind !== 'Deployment' && !(kind === 'Service' && routed.has(metadata.name)),
  );
  const ahead = objectsAhead(others);
  return [
    ...ahead,
    ...services,
    trackDeployment(objects, { target, version, track: 'stable' }),
    ...others.filter((object) => !ahead.includes(object)),
  ];
}

/** What the API server can be asked about: a binding is refused while its Role is not there, and a dry run makes none. */
export function triedObjects(objects: readonly ClusterObject[], order: Omit<StableOrder, 'canaryPercent'>) {
  return stableObjects(objects, { ...order, canaryPercent: 0 }).filter(({ kind }) => kind !== 'RoleBinding');
}

/**
 * A route that the team keeps among its manifests is theirs but for its weights, whoever has applied it before; so that nobody
 * else's hold on it counts.
 */
export async function applyVersion(
  { cluster }: Pick<ClusterPorts, 'cluster'>,
  { target, objects, ...order }: ApplyOrder & { readonly target: WorkloadTarget },
): Promise<void> {
  const route = ownRoute(objects, target);
  await cluster.apply({ ...order, objects: objects.filter((object) => object !== route) });
  if (route !== null) await cluster.apply({ ...order, objects: [route], force: true });
}
