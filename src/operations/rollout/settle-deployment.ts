/**
 * Ends a deployment: one transaction writes its status, its last timeline entry and its notices, and releases the lock.
 * A promotion, or a hook after it, may have to wait for AWS. Then the deployment does not end, and the wait is passed
 * on.
 */
import * as z from 'zod/mini';
import { goesForward } from '../../domain/deployment/accept-signal.ts';
import { isInFlight } from '../../domain/deployment/deployment.ts';
import { decideSettlement, type Outcome, settle } from '../../domain/deployment/settlement.ts';
import { targetRules } from '../../domain/service/target.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deployments } from '../../ports/deployments.ts';
import { type PublishOutboxPorts, publishOutbox } from '../steps/publish-outbox.ts';
import { DeploymentTask, WaitAMoment } from '../steps/task-input.ts';

export const SettleDeploymentInput = z.extend(DeploymentTask, {
  /** The whole state of the machine; `next` is the answer of the task before, if it gave one. */
  state: z.optional(z.object({ next: z.optional(z.unknown()) })),
});
export type SettleDeploymentInput = z.infer<typeof SettleDeploymentInput>;

const GoBack = z.object({ do: z.literal('rollBack') });

export interface SettleDeploymentPorts extends PublishOutboxPorts {
  readonly deployments: Deployments;
  readonly clock: Clock;
}

export type Settled = DeploymentTask &
  ({ readonly outcome: Outcome } | { readonly outcome: 'wait'; readonly next: WaitAMoment });

export async function settleDeployment(
  ports: SettleDeploymentPorts,
  { deploymentId, state }: SettleDeploymentInput,
): Promise<Settled> {
  const { deployments, clock } = ports;
  const wait = z.safeParse(WaitAMoment, state?.next);
  if (wait.success || z.safeParse(GoBack, state?.next).success) {
    const { deployment } = await deployments.read(deploymentId);
    if (goesForward(deployment) && wait.success) return { deploymentId, outcome: 'wait', next: wait.data };
    // The task before may have moved an alias without getting the answer, and no task has looked at the alias since.
    const mayHaveMoved = !targetRules(deployment.spec.target).isMovedByTask && !goesForward(deployment);
    if (isInFlight(deployment) && mayHaveMoved) return { deploymentId, outcome: 'rollBack' };
  }
  const recorded = await deployments.record(deploymentId, ({ deployment }) => settle(deployment, clock.now()));
  await publishOutbox(ports, { deploymentId });
  return { deploymentId, outcome: decideSettlement(recorded.deployment) };
}
