/** Reads from the ledger what happened to the deployment that a delivery opened. */
import { type Delivery, decideDelivery } from '../../domain/pipeline/delivery.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deployments } from '../../ports/deployments.ts';
import { DeploymentTask } from '../steps/task-input.ts';

export const ReadDeliveryInput = DeploymentTask;

export async function readDelivery(
  { deployments, clock }: { readonly deployments: Deployments; readonly clock: Clock },
  { deploymentId }: DeploymentTask,
): Promise<DeploymentTask & Delivery> {
  const { deployment } = await deployments.read(deploymentId);
  return { deploymentId, ...decideDelivery(deployment, clock.now()) };
}
