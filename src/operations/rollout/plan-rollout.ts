/**
 * First task of a rollout. It checks that the target is still in the state that preflight saw. It pins the version
 * before, so that no cleanup tool deletes the only version to roll back to.
 */

import { isInFlight } from '../../domain/deployment/deployment.ts';
import { isRetreat } from '../../domain/deployment/signal.ts';
import { DeploymentTask, type TaskResult, taskResult } from '../steps/task-input.ts';
import { planOnTarget } from '../targets/plan.ts';
import type { PlanPorts } from '../targets/seam/plan-ports.ts';

export const PlanRolloutInput = DeploymentTask;

export async function planRollout(ports: PlanPorts, { deploymentId }: DeploymentTask): Promise<TaskResult> {
  const { deployments, clock } = ports;
  const { deployment } = await deployments.read(deploymentId);
  // The rollout is already planned, and this task runs again after a crash. Or a retreat came first. An advance still
  // needs the plan.
  if (!isInFlight(deployment) || deployment.status !== 'opened' || isRetreat(deployment.signal)) {
    return taskResult(deployment, clock.now());
  }
  return planOnTarget(ports, deployment);
}
