/** Pages a person because the rollback itself failed. The deployment stays in flight, and `reconcile` keeps trying. */
import * as z from 'zod/mini';
import { isInFlight } from '../../domain/deployment/deployment.ts';
import type { SettleDeploymentPorts } from '../rollout/settle-deployment.ts';
import { pageOnce } from '../steps/page-once.ts';
import { publishOutbox } from '../steps/publish-outbox.ts';
import { CaughtError, DeploymentTask, errorInWords } from '../steps/task-input.ts';

export const PageOnCallInput = z.extend(DeploymentTask, { error: CaughtError });
export type PageOnCallInput = z.infer<typeof PageOnCallInput>;

export async function pageOnCall(
  ports: SettleDeploymentPorts,
  { deploymentId, error }: PageOnCallInput,
): Promise<DeploymentTask> {
  const because = `${errorInWords(error)}. The traffic may still be on the new version: look at the target now.`;
  const { deployment } = await ports.deployments.read(deploymentId);
  if (isInFlight(deployment)) await pageOnce(ports, { deploymentId, because });
  await publishOutbox(ports, { deploymentId });
  return { deploymentId };
}
