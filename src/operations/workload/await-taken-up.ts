/**
 * Waits until whoever leads the calls has taken up where they are to go. What an object says is a wish: a gateway reads it some
 * time later, and a pod that ends before that is still called.
 */

import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import { lingersMs } from '../../domain/workload/swift-change.ts';
import { isTakenUp, routeRef } from '../../domain/workload/workload-route.ts';
import type { Guard } from './await-pods.ts';
import type { ClusterPorts } from './workload-store.ts';

/** The AWS Load Balancer Controller says nowhere that it has taken an annotation up; it and the load balancer need this long. */
const BALANCER_MS = 30_000;
/** From a selector to the rules of all nodes. */
export const SELECTOR_MS = 2_000;
/** A gateway that says nothing for so long does not look at the route. */
const GATEWAY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;

export interface TakingUp {
  readonly target: WorkloadTarget;
  /** The Deployment whose pods end next. What they linger is waited by them. */
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
