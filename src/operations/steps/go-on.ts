/**
 * Lets a deployment go on after something was recorded on it: its wait is answered. One that was opened and never planned, or a
 * rollback, may have lost whoever was to start its machine, so that is started; a second start is harmless.
 */
import type { Recorded } from '../../ports/deployments.ts';
import type { Workflows } from '../../ports/workflows.ts';
import { answerWait, startWorkflow } from './start-workflow.ts';

export async function goOn(
  ports: { readonly workflows: Workflows },
  { deployment, waitToken }: Recorded,
): Promise<void> {
  if (deployment.status === 'opened' || deployment.kind === 'rollback') await startWorkflow(ports, deployment);
  await answerWait(ports, waitToken);
}
