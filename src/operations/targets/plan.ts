/** Plans a rollout on its target: at once, or by the first order to a task. */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { forTarget } from '../../domain/service/target.ts';
import type { TaskResult } from '../steps/task-input.ts';
import { planOnCluster } from './kubernetes/plan.ts';
import { planOnAlias } from './lambda/plan.ts';
import type { PlanPorts } from './seam/plan-ports.ts';

export function planOnTarget(ports: PlanPorts, deployment: Deployment): Promise<TaskResult> {
  return forTarget(deployment.spec.target, {
    lambda: (target) => planOnAlias(ports, { deployment, target }),
    // On a cluster, the first order to the cluster makes the plan.
    kubernetes: () => planOnCluster(ports, deployment),
  });
}
