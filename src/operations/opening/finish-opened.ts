/**
 * Finishes the opening of a deployment, also for a process that finds a deployment of another process. The answer to
 * its COMMIT may have been lost, and then no process has started its machine. The machine's name makes a second start
 * harmless.
 */
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { targetRules } from '../../domain/service/target.ts';
import type { Deployments } from '../../ports/deployments.ts';
import { answerWait, startWorkflow } from '../steps/start-workflow.ts';
import { type RollBackTrafficPorts, rollBackTraffic } from '../way-back/roll-back.ts';

export interface FinishOpenedPorts extends RollBackTrafficPorts {
  readonly deployments: Deployments;
  readonly workflows: Parameters<typeof startWorkflow>[0]['workflows'];
}

export interface Finish {
  readonly deployment: Deployment;
  /** The token of the wait of the superseded deployment. */
  readonly waitToken?: string | null;
}

/** Returns the deployment as it is afterwards. */
export async function finishOpened(
  ports: FinishOpenedPorts,
  { deployment, waitToken = null }: Finish,
): Promise<Deployment> {
  if (!isInFlight(deployment)) return deployment;
  const { id, kind, spec, atPercent } = deployment;
  // The traffic moves now and not in the machine, because users are waiting. The machine then verifies and settles.
  if (kind === 'rollback' && !targetRules(spec.target).isMovedByTask && atPercent > 0) await moveNow(ports, id);
  await startWorkflow(ports, deployment);
  await answerWait(ports, waitToken);
  return (await ports.deployments.read(id)).deployment;
}

async function moveNow(ports: RollBackTrafficPorts, deploymentId: string): Promise<void> {
  try {
    await rollBackTraffic(ports, { deploymentId });
  } catch (error) {
    // The rollback is recorded, and the machine retries the same move for longer than a request can.
    if (!isSlipwayError(error, 'Transient')) throw error;
  }
}
