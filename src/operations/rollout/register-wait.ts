/**
 * Registers a wait of a rollout: a bake, an approval or a hold. It stores the token in a transaction that reads the
 * signal again, and answers the token at once if there is a signal. Every writer that ends a wait stores the signal
 * first, so no signal is lost in between.
 */
import * as z from 'zod/mini';
import { needsTwoApprovers } from '../../domain/access/approval.ts';
import { goesForward } from '../../domain/deployment/accept-signal.ts';
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { EntryDraft } from '../../domain/deployment/timeline.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { sentence } from '../../domain/sentence.ts';
import type { Change, Deployments, Recorded } from '../../ports/deployments.ts';
import type { Workflows } from '../../ports/workflows.ts';
import { type PublishOutboxPorts, publishOutbox } from '../steps/publish-outbox.ts';
import { DeploymentTask } from '../steps/task-input.ts';

export const RegisterWaitInput = z.extend(DeploymentTask, {
  token: z.string().check(z.minLength(1), z.maxLength(2048)),
  waitFor: z.enum(['bake', 'approval', 'person']),
});
export type RegisterWaitInput = z.infer<typeof RegisterWaitInput>;

export interface RegisterWaitPorts extends PublishOutboxPorts {
  readonly deployments: Deployments;
  readonly workflows: Workflows;
}

export async function registerWait(ports: RegisterWaitPorts, input: RegisterWaitInput): Promise<Record<string, never>> {
  const { deployments } = ports;
  const { deployment } = await deployments.record(input.deploymentId, (current) => changeFor(current, input));
  if (!mayWait(deployment)) await answer(ports, { deployment, token: input.token });
  await publishOutbox(ports, { deploymentId: input.deploymentId });
  return {};
}

/**
 * Step Functions may accept no answer now. A rollout that goes forward must not roll back for that: its token is
 * stored, and the next tick of `observeRollouts` answers it. When the rollout rolls back or has ended, the failed task
 * leads the machine there too, and sooner.
 */
async function answer(
  { deployments, workflows }: RegisterWaitPorts,
  { deployment, token }: { readonly deployment: Deployment; readonly token: string },
): Promise<void> {
  try {
    await workflows.answer(token);
  } catch (error) {
    if (!isSlipwayError(error, 'Transient') || !goesOn(deployment)) throw error;
    await deployments.record(deployment.id, ({ deployment: current }) =>
      goesOn(current) ? { deployment: current, entries: [], wait: { token } } : null,
    );
  }
}

function goesOn(deployment: Deployment): boolean {
  return goesForward(deployment) && deployment.signal !== null;
}

function mayWait(deployment: Deployment): boolean {
  return goesForward(deployment) && deployment.signal === null;
}

function changeFor({ deployment, waitToken }: Recorded, { token, waitFor }: RegisterWaitInput): Change | null {
  if (!mayWait(deployment)) return null;
  // A token that is already stored comes from an earlier try of this task. The wait is already announced, and only its
  // token is new.
  const entries = waitToken === null ? [entryFor(deployment, waitFor)] : [];
  const status = waitFor === 'bake' ? 'rollingOut' : waitFor === 'approval' ? 'awaitingApproval' : 'paused';
  return { deployment: { ...deployment, status }, entries, wait: { token } };
}

function entryFor(deployment: Deployment, waitFor: RegisterWaitInput['waitFor']): EntryDraft {
  const { atPercent, because, progress } = deployment;
  const data = { canaryPercent: atPercent };
  // After a move by another tool or person, not all of these signals are accepted. The reason of the hold says which
  // ones are.
  const next = progress.others === undefined ? ' Resume, promote or abort it.' : '';
  switch (waitFor) {
    case 'bake':
      return { kind: 'BakeStarted', by: 'slipway', because: `Baking at ${atPercent} %.`, data };
    case 'approval':
      return {
        kind: 'ApprovalRequested',
        by: 'slipway',
        because: needsTwoApprovers(deployment)
          ? `Waiting at ${atPercent} % for two people to approve it, because no person whom Slipway knows asked for it.`
          : `Waiting at ${atPercent} % for somebody to approve it.`,
        data,
      };
    case 'person':
      return {
        kind: 'HoldStarted',
        by: 'slipway',
        because: `Holding at ${atPercent} %: ${sentence(because ?? 'it was paused')}${next}`,
        data,
      };
  }
}
