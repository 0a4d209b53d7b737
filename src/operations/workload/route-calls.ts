/**
 * Sends the canary the share of the calls that the record gives it, and reads the share back before the caller relies
 * on it.
 */

import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { Route, WorkloadTarget } from '../../domain/service/service-spec.ts';
import { type ClusterObject, type ObjectRef, objectName } from '../../domain/workload/cluster-object.ts';
import { isSelector, selecting, teamSelector } from '../../domain/workload/first-service.ts';
import { heldBy, isHeldBy } from '../../domain/workload/held-by.ts';
import { holdsWeight, withWeight } from '../../domain/workload/route-weights.ts';
import type { Labels } from '../../domain/workload/workload-objects.ts';
import { type FrontTrack, frontRef, routeRef, selects, withSelected } from '../../domain/workload/workload-route.ts';
import type { Guard } from './await-pods.ts';
import type { ClusterPorts } from './workload-store.ts';

export interface RouteOrder {
  readonly target: WorkloadTarget;
  /** The canary's share on the route object. Where a selector or the pods split the calls, `front` sets the share. */
  readonly canaryPercent: number;
  /** The pods to which the first Service sends calls. */
  readonly front: FrontTrack;
  /** The team's labels in the selector; when left out, the Service keeps its labels. */
  readonly labels?: Labels | null;
  readonly guard: Guard;
  /** A deleted route sends no calls, so a rollback does not need it. */
  readonly way: 'forward' | 'back';
  /** The deployment whose rollback stops an order that it fenced off from making one last change (held-by.ts). */
  readonly holder?: string | undefined;
}

/** Several workloads may move weights of one route in the same second. */
const TRIES = 10;

/** Returns false when nothing had to change. During a rollout, throws NotFound when the route does not exist. */
export async function routeCalls(ports: ClusterPorts, order: RouteOrder): Promise<boolean> {
  const { target, canaryPercent } = order;
  const lead = async () => {
    const ref = routeRef(target);
    return ref !== null && changed(ports, { ...order, ref, ...weights(order) });
  };
  const face = () => changed(ports, { ...order, ref: frontRef(target), ...selector(order) });
  // For a rollback, one write of the weights takes the calls off. For a rollout, no calls may first come in through the
  // Service.
  const steps = canaryPercent === 0 ? [lead, face] : [face, lead];
  let isChanged = false;
  for (const step of steps) isChanged = (await step()) || isChanged;
  return isChanged;
}

/**
 * A route through which an earlier deployment sent calls: it must send them to stable, too. A route that is gone, or
 * that leads elsewhere by now, sends none.
 */
export async function leadFormerHome(
  ports: ClusterPorts,
  { target, route, guard }: { readonly target: WorkloadTarget; readonly route: Route; readonly guard: Guard },
): Promise<boolean> {
  const former = { ...target, route };
  const ref = routeRef(former);
  if (ref === null) return false;
  const order = { target: former, canaryPercent: 0, front: 'stable', guard, way: 'back' } as const;
  try {
    return await changed(ports, { ...order, ref, ...weights(order) });
  } catch (error) {
    if (isSlipwayError(error, 'NotFound') || isSlipwayError(error, 'InvalidRequest')) return false;
    throw error;
  }
}

interface Change extends Pick<RouteOrder, 'guard' | 'holder'> {
  readonly ref: ObjectRef;
  readonly holds: (object: ClusterObject) => boolean;
  readonly change: (object: ClusterObject) => ClusterObject;
  /** Throws when the object must exist. */
  readonly missing: () => void;
  readonly wanted: string;
}

function weights({ target, canaryPercent, way }: RouteOrder): Omit<Change, 'ref' | 'guard' | 'holder'> {
  const { workload } = target;
  const weighted = { workload, canaryPercent };
  return {
    holds: (route) => holdsWeight(route, weighted),
    change: (route) => withWeight(route, weighted),
    missing() {
      if (way === 'back') return;
      const ref = routeRef(target);
      throw new SlipwayError(
        'NotFound',
        `There is no ${ref === null ? 'route' : objectName(ref)}. Create it with a way to Service ${workload}, or correct the route.`,
      );
    },
    wanted: `show ${canaryPercent} % for the canary`,
  };
}

/** Before the first version there is no Service yet; the version brings it. */
function selector({ front, labels = null }: RouteOrder): Omit<Change, 'ref' | 'guard' | 'holder'> {
  return {
    holds: (service) => selects(service, front) && (labels === null || isSelector(teamSelector(service), labels)),
    change: (service) => withSelected(labels === null ? service : selecting(service, labels), front),
    missing() {},
    wanted: `lead to ${front === 'both' ? 'all pods' : front}`,
  };
}

async function changed({ cluster }: ClusterPorts, order: Change): Promise<boolean> {
  const { ref, guard, holds, change, missing, wanted, holder } = order;
  let isLedAnew = false;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const object = await cluster.get(ref);
    if (object === null) {
      missing();
      return false;
    }
    const isLed = holds(object);
    const isHeld = holder === undefined || isHeldBy(object, holder);
    if (isLed && isHeld) return isLedAnew;
    await guard();
    const led = isLed ? object : change(object);
    try {
      await cluster.replace(holder === undefined ? led : heldBy(led, holder));
    } catch (error) {
      if (!isSlipwayError(error, 'Conflict')) throw error;
    }
    isLedAnew ||= !isLed;
    // Another order may have moved the calls to stable in between, before this change was made, and so may not have
    // seen it.
    await guard();
  }
  throw new SlipwayError(
    'Transient',
    `${objectName(ref)} does not ${wanted} after ${TRIES} tries: somebody else changes it as well. Stop whoever that is; this is tried again.`,
  );
}
