/** Takes the calls off the canary of a rollout in flight: at once, or by an order to a task. */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { forTarget } from '../../domain/service/target.ts';
import type { GoingBack, TakeTrafficBackPorts } from './going-back.ts';
import { sendBack } from './kubernetes/take-back.ts';
import { takeAliasBack } from './lambda/take-back.ts';

/** Returns the deployment as recorded. */
export function takeBackOnTarget(ports: TakeTrafficBackPorts, order: GoingBack): Promise<Deployment> {
  return forTarget(order.deployment.spec.target, {
    lambda: () => takeAliasBack(ports, order),
    kubernetes: () => sendBack(ports, order),
  });
}
