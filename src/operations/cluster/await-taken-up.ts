/**
 * Waits until whoever leads the calls has taken up where they are to go. What an object says is a wish: a gateway reads it some
 * time later, and a pod that ends before that is still called.
 */
import { isTakenUp, routeRef } from '../../domain/cluster/workload-route.ts';
import type { WorkloadTarget } from '../../domain/service-spec.ts';
import type { Guard } from './await-pods.ts';
import type { ClusterPorts } from './workload-store.ts';

/** The AWS Load Balancer Controller says nowhere that it has taken an annotation up; it and the load balancer need this long. */
const BALANCER_MS = 30_000;
/** From a selector to the rules of all nodes. */
const SELECTOR_MS = 2_000;
/** A gateway that says nothing for so long does not look at the route. */
const GATEWAY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;

export async function awaitTakenUp(
  ports: ClusterPorts,
  { target, guard }: { readonly target: WorkloadTarget; readonly guard: Guard },
): Promise<void> {
  const { clock, pause } = ports;
  switch (target.route.kind) {
    case 'rolling':
      return;
    case 'replicas':
    case 'blueGreen':
      await pause.sleep(SELECTOR_MS);
      return guard();
    case 'albIngress':
      await pause.sleep(BALANCER_MS);
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
