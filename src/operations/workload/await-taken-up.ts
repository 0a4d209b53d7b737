/**
 * Waits until a change of the route takes effect. An object only states where the calls are to go. A gateway reads it
 * some time later, and still calls a pod that ends before that.
 */

import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import { lingersMs } from '../../domain/workload/replaced-at-once.ts';
import { isTakenUp, routeRef } from '../../domain/workload/workload-route.ts';
import type { Guard } from './await-pods.ts';
import type { ClusterPorts } from './workload-store.ts';

/**
 * The AWS Load Balancer Controller does not report when it has applied an annotation. It and the load balancer need
 * this long.
 */
const BALANCER_MS = 30_000;
/** The time from a changed selector to the rules on all nodes. */
export const SELECTOR_MS = 2_000;
/** A gateway that reports nothing for this long does not watch the route. */
const GATEWAY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;

export interface TakingUp {
  readonly target: WorkloadTarget;
  /**
   * The Deployment whose pods end next. The wait is skipped when these pods keep answering long enough after they are
   * told to end.
   */
  readonly ending: ClusterObject;
  readonly guard: Guard;
}

export async function awaitTakenUp(ports: ClusterPorts, { target, ending, guard }: TakingUp): Promise<void> {
  const { clock, pause } = ports;
  const beyond = (ms: number) => (lingersMs(ending) >= ms ? 0 : ms);
  switch (target.route.kind) {
    case 'rolling':
      return;
    case 'replicas':
    case 'blueGreen':
      await pause.sleep(beyond(SELECTOR_MS));
      return guard();
    case 'albIngress':
      await pause.sleep(beyond(BALANCER_MS));
      return guard();
    case 'httpRoute': {
      const until = clock.now() + GATEWAY_WITHIN_MS;
      while (clock.now() < until && !(await isGatewayThere(ports, target))) {
        await pause.sleep(LOOK_EVERY_MS);
        await guard();
      }
    }
  }
}

async function isGatewayThere({ cluster }: ClusterPorts, target: WorkloadTarget): Promise<boolean> {
  const ref = routeRef(target);
  const route = ref === null ? null : await cluster.get(ref);
  return route === null || isTakenUp(route);
}
