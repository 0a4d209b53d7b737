/**
 * Lets a deployment go on after a record on it, by an answer to its wait. For a rollback, or a deployment that was
 * never planned, it also starts the machine: the process that had to start it may have stopped. A second start is
 * harmless.
 */
import type { Recorded } from '../../ports/deployments.ts';
import type { Workflows } from '../../ports/workflows.ts';
import { answerWait, startWorkflow } from './start-workflow.ts';

export async function continueDeployment(
  ports: { readonly workflows: Workflows },
  { deployment, waitToken }: Recorded,
): Promise<void> {
  if (deployment.status === 'opened' || deployment.kind === 'rollback') await startWorkflow(ports, deployment);
  await answerWait(ports, waitToken);
}
