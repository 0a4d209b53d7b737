/** What became of the deployment that a delivery opened, by the ledger. */
import { type Delivery, decideDelivery } from '../domain/delivery.ts';
import type { Clock, Deployments } from '../ports.ts';
import { DeploymentTask } from './task-input.ts';

export const ReadDeliveryInput = DeploymentTask;

export async function readDelivery(
  { deployments, clock }: { readonly deployments: Deployments; readonly clock: Clock },
  { deploymentId }: DeploymentTask,
): Promise<DeploymentTask & Delivery> {
  const { deployment } = await deployments.read(deploymentId);
  return { deploymentId, ...decideDelivery(deployment, clock.now()) };
}
