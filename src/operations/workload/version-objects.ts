/** Makes the objects of a version as they are applied: in which order, and with the calls going where. */

import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { ApplyOrder } from '../../domain/workload/cluster-call.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import { withDefaultsSaid, withoutLimits, withoutStrategy } from '../../domain/workload/left-defaults.ts';
import { hasMovedWeights } from '../../domain/workload/live-weights.ts';
import { inOrder, isQuiet } from '../../domain/workload/objects-ahead.ts';
import { type CountOrder, withCount } from '../../domain/workload/pod-count.ts';
import { copiedNames } from '../../domain/workload/version-configuration.ts';
import { trackDeployment } from '../../domain/workload/workload-objects.ts';
import { ownRoute, routedServices } from '../../domain/workload/workload-route.ts';
import { applyRoute } from './apply-route.ts';
import { replaceAsRead } from './replace-as-read.ts';
import type { ClusterPorts } from './workload-store.ts';

interface StableOrder {
  readonly target: WorkloadTarget;
  readonly version: string;
  /** The canary's share of the calls; the Services are made to follow it. */
  readonly canaryPercent: number;
  readonly count: CountOrder;
}

/** Returns all objects of the version as the stable one: first those that its pods need, the others after the pods. */
export function stableObjects(
  objects: readonly ClusterObject[],
  { target, version, canaryPercent, count }: StableOrder,
): readonly ClusterObject[] {
  const services = routedServices(objects, { target, canaryPercent });
  const routed = new Set(services.map(({ metadata }) => metadata.name));
  const others = objects.filter(
    ({ kind, metadata }) => kind !== 'Deployment' && !(kind === 'Service' && routed.has(metadata.name)),
  );
  const copied = copiedNames(objects);
  // Pods of the version before may still read the original ConfigMap instead of a copy, if they were made before
  // Slipway made copies.
  const isLate = ({ kind, metadata }: ClusterObject) => kind === 'ConfigMap' && copied.has(metadata.name);
  const ahead = others.filter((object) => isQuiet(object) && !isLate(object));
  return [
    ...inOrder(ahead),
    ...services,
    withCount(trackDeployment(objects, { target, version, track: 'stable' }), count),
    ...others.filter((object) => !ahead.includes(object)),
  ];
}

/**
 * Returns what a dry run can check: a binding is refused while its Role does not exist, and a dry run makes no Role.
 */
export function triedObjects(objects: readonly ClusterObject[], order: Omit<StableOrder, 'canaryPercent'>) {
  return stableObjects(objects, { ...order, canaryPercent: 0 }).filter(({ kind }) => kind !== 'RoleBinding');
}

/**
 * A route among the team's manifests belongs to the team, except for its weights, whichever tool applied it before.
 * Only on the workload's own route does a conflict with another tool count.
 */
export async function applyVersion(ports: OnCluster, { target, objects, ...order }: VersionOrder): Promise<void> {
  const routes = objects.filter(hasMovedWeights);
  const own = ownRoute(objects, target);
  const others = objects.filter((object) => !routes.includes(object));
  await ports.cluster.apply({ ...order, objects: await clearWay(ports, { ...order, objects: others }) });
  for (const route of routes)
    await applyRoute(ports, { ...order, route, force: route === own || order.force === true });
}

type OnCluster = Pick<ClusterPorts, 'cluster'>;
type VersionOrder = ApplyOrder & { readonly target: WorkloadTarget };

/**
 * Returns the objects as they can be applied to the cluster. An object that would be refused because of an existing one
 * replaces it, but a dry run removes nothing.
 */
export async function clearWay(
  ports: OnCluster,
  { objects, dryRun = false }: Pick<ApplyOrder, 'objects' | 'dryRun'>,
): Promise<readonly ClusterObject[]> {
  const ready: ClusterObject[] = [];
  for (const object of objects)
    ready.push(object.kind === 'Deployment' ? await clearOne(ports, { wanted: object, dryRun }) : object);
  return ready;
}

const CLEAR_TRIES = 5;

async function clearOne(
  ports: OnCluster,
  { wanted, dryRun }: { readonly wanted: ClusterObject; readonly dryRun: boolean },
): Promise<ClusterObject> {
  const live = await (dryRun
    ? ports.cluster.get(wanted)
    : replaceAsRead(ports, { ref: wanted, change: (found) => withoutLimits(found, wanted), tries: CLEAR_TRIES }));
  if (live === null) return wanted;
  const said = withDefaultsSaid(wanted, live);
  return dryRun && withoutLimits(live, wanted) !== null ? withoutStrategy(said) : said;
}
