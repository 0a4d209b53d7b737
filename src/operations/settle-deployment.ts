/** Ends a deployment: its status, its last timeline entry, its notices and the release of the lock are one transaction. */
import { decideSettlement, type Outcome, settle } from '../domain/settlement.ts';
import type { Clock, Deployments } from '../ports.ts';
import { type PublishOutboxPorts, publishOutbox } from './publish-outbox.ts';
import { DeploymentTask } from './task-input.ts';

export const SettleDeploymentInput = DeploymentTask;

export interface SettleDeploymentPorts extends PublishOutboxPorts {
  readonly deployments: Deployments;
  readonly clock: Clock;
}

export async function settleDeployment(
  ports: SettleDeploymentPorts,
  { deploymentId }: DeploymentTask,
): Promise<DeploymentTask & { readonly outcome: Outcome }> {
  const { deployments, clock } = ports;
  const recorded = await deployments.record(deploymentId, ({ deployment }) => settle(deployment, clock.now()));
  await publishOutbox(ports, { deploymentId });
  return { deploymentId, outcome: decideSettlement(recorded.deployment) };
}
