/**
 * First task of a rollout. It makes sure that the ground is still the one that preflight saw, and pins the version
 * before, so that no janitor deletes the only way back.
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
  // Already planned: the task runs a second time after a crash. Or a retreat came first; an advance needs the plan.
  if (!isInFlight(deployment) || deployment.status !== 'opened' || isRetreat(deployment.signal)) {
    return taskResult(deployment, clock.now());
  }
  return planOnTarget(ports, deployment);
}
