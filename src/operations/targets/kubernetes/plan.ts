/** The plan of a rollout on a cluster: the first order that goes there. */
import type { Deployment } from '../../../domain/deployment/deployment.ts';
import { decideNext } from '../../../domain/deployment/rollout.ts';
import { clusterOrderFor } from '../../../domain/orders/cluster-order.ts';
import { supersededChain } from '../../steps/superseded-chain.ts';
import { runOnCluster, type TaskResult, taskResult } from '../../steps/task-input.ts';
import type { PlanPorts } from '../seam/plan-ports.ts';

/** Makes the order for the plan. It names every superseded deployment that may have left something on the cluster. */
export async function planOnCluster({ deployments, clock }: PlanPorts, deployment: Deployment): Promise<TaskResult> {
  const order = clusterOrderFor(deployment, decideNext(deployment, clock.now()));
  if (order?.do !== 'plan') return taskResult(deployment, clock.now());
  const clears = await supersededChain({ deployments }, deployment);
  return { deploymentId: deployment.id, next: runOnCluster({ ...order, clears }) };
}
