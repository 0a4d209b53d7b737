/**
 * Publishes the code of the deployment as an immutable version, or takes the version that the request named. The
 * rollout goes on when Lambda reports the version Active. Until then the machine waits and comes back to this task.
 */
import { isInFlight } from '../../domain/deployment/deployment.ts';
import { isRetreat } from '../../domain/deployment/signal.ts';
import { DeploymentTask, type TaskResult, taskResult } from '../steps/task-input.ts';
import { publishOnTarget } from '../targets/publish.ts';
import type { PublishPorts } from '../targets/seam/publish-ports.ts';

export const PublishVersionInput = DeploymentTask;

export async function publishVersion(ports: PublishPorts, { deploymentId }: DeploymentTask): Promise<TaskResult> {
  const { deployment } = await ports.deployments.read(deploymentId);
  // An advance that is not taken up yet still needs the version later; only a rollback does not need it.
  if (!isInFlight(deployment) || isRetreat(deployment.signal)) return taskResult(deployment, ports.clock.now());
  return publishOnTarget(ports, deployment);
}
