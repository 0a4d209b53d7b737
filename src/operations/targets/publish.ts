/** Makes the version that the rollout tries. Lambda publishes it here; on a cluster the plan has already made it. */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { forTarget } from '../../domain/service/target.ts';
import { type TaskResult, taskResult } from '../steps/task-input.ts';
import { publishInLambda } from './lambda/publish.ts';
import type { PublishPorts } from './seam/publish-ports.ts';

export function publishOnTarget(ports: PublishPorts, deployment: Deployment): Promise<TaskResult> {
  return forTarget(deployment.spec.target, {
    lambda: (target) => publishInLambda(ports, { deployment, target }),
    kubernetes: async () => taskResult(deployment, ports.clock.now()),
  });
}
