/**
 * Finishes what an opening began. Also for whoever finds a deployment that somebody else opened: the answer of the COMMIT may
 * have been lost, and then nobody has started its machine. The machine's name makes a second start harmless.
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
  /** Of the wait of the deployment whose place it took. */
  readonly waitToken?: string | null;
}

/** Returns the deployment as it stands then. */
export async function finishOpened(
  ports: FinishOpenedPorts,
  { deployment, waitToken = null }: Finish,
): Promise<Deployment> {
  if (!isInFlight(deployment)) return deployment;
  const { id, kind, spec, atPercent } = deployment;
  // Now rather than when the machine gets to it: users are waiting. The machine then verifies and settles.
  if (kind === 'rollback' && !targetRules(spec.target).isMovedByTask && atPercent > 0) await moveNow(ports, id);
  await startWorkflow(ports, deployment);
  await answerWait(ports, waitToken);
  return (await ports.deployments.read(id)).deployment;
}

async function moveNow(ports: RollBackTrafficPorts, deploymentId: string): Promise<void> {
  try {
    await rollBackTraffic(ports, { deploymentId });
  } catch (error) {
    // It is on record, and the machine tries the same for longer than a request can.
    if (!isSlipwayError(error, 'Transient')) throw error;
  }
}
