/** Leads the share of the calls to the canary that the record gives it, and reads it back before it is trusted. */
import { type ObjectRef, objectName } from '../../domain/cluster/cluster-object.ts';
import { NO_VERSION } from '../../domain/cluster/workload-record.ts';
import { routedServices, routeRef, selectedTrack, weightIn, withWeight } from '../../domain/cluster/workload-route.ts';
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service-spec.ts';
import type { Guard } from './await-pods.ts';
import { type ClusterPorts, readVersion } from './workload-store.ts';

export interface RouteOrder {
  readonly target: WorkloadTarget;
  readonly canaryPercent: number;
  /** The stable one. */
  readonly version: string;
  readonly guard: Guard;
}

const TRIES = 5;

/** Where pods are the weights there is nothing to lead. Throws NotFound when the route is not there. */
export async function routeCalls(ports: ClusterPorts, order: RouteOrder): Promise<void> {
  const { target } = order;
  if (target.route.kind === 'blueGreen') return switchService(ports, order);
  const ref = routeRef(target);
  if (ref === null) return;
  for (let tries = 0; tries < TRIES; tries += 1) if (await setWeights(ports, { ...order, ref })) return;
  throw new SlipwayError(
    'Transient',
    `${objectName(ref)} does not show ${order.canaryPercent} % for the canary after ${TRIES} tries: somebody else changes it as well. Stop whoever that is; this is tried again.`,
  );
}

/** False: somebody else was quicker, or what is read back is not what was written. */
async function setWeights(
  { cluster }: ClusterPorts,
  { target: { workload }, canaryPercent, guard, ref }: RouteOrder & { readonly ref: ObjectRef },
): Promise<boolean> {
  const route = await cluster.get(ref);
  if (route === null)
    throw new SlipwayError(
      'NotFound',
      `There is no ${objectName(ref)}. Create it with a way to Service ${workload}, or correct the route.`,
    );
  if (holds(weightIn(route, workload), canaryPercent)) return true;
  await guard();
  try {
    await cluster.replace(withWeight(route, { workload, canaryPercent }));
  } catch (error) {
    if (isSlipwayError(error, 'Conflict')) return false;
    throw error;
  }
  const read = await cluster.get(ref);
  // Somebody may have led the calls home in between, where they still were, and so not have seen this.
  await guard();
  return read !== null && holds(weightIn(read, workload), canaryPercent);
}

function holds(weight: number | null, canaryPercent: number): boolean {
  return weight !== null && Math.abs(weight - canaryPercent) < 0.01;
}

/** Applied whole, because an apply that leaves a field out removes it; the version that holds the Service has it all. */
async function switchService(
  ports: ClusterPorts,
  { target, canaryPercent, version, guard }: RouteOrder,
): Promise<void> {
  // Before the first version there is no Service yet; it comes with the version.
  if (version === NO_VERSION) return;
  const { cluster } = ports;
  const [front] = routedServices(await readVersion(ports, { target, version }), { target, canaryPercent });
  const track = front === undefined ? null : selectedTrack(front);
  for (let tries = 0; front !== undefined && tries < TRIES; tries += 1) {
    const service = await cluster.get(front);
    if (service !== null && selectedTrack(service) === track) return;
    await guard();
    await cluster.apply({ objects: [front], force: true });
    await guard();
  }
  throw new SlipwayError(
    'Transient',
    `Service ${target.workload} does not lead to ${track} after ${TRIES} tries. This is tried again.`,
  );
}
