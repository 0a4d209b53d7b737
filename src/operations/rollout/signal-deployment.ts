/** What a person wants of a rollout: promote, pause, resume, skip, approve. The signal is written first, the token answered second. */
import { approvedOnce, countApproval } from '../../domain/access/approval.ts';
import { acceptSignal } from '../../domain/deployment/accept-signal.ts';
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { takenUp, wasTakenUp } from '../../domain/deployment/keyed-request.ts';
import type { ADVANCES } from '../../domain/deployment/signal.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { sentence } from '../../domain/sentence.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Change, Deployments, Recorded } from '../../ports/deployments.ts';
import type { Workflows } from '../../ports/workflows.ts';
import { startWorkflow } from '../steps/start-workflow.ts';

export interface SignalDeploymentPorts {
  readonly deployments: Deployments;
  readonly workflows: Workflows;
  readonly clock: Clock;
}

export interface SignalDeploymentInput {
  readonly id: string;
  readonly signal: (typeof ADVANCES)[number];
  readonly reason: string;
  readonly by: string;
  readonly requestKey?: string | null;
}

export async function signalDeployment(
  ports: SignalDeploymentPorts,
  input: SignalDeploymentInput,
): Promise<Deployment> {
  const { deployments, workflows, clock } = ports;
  const recorded = await deployments.record(input.id, (current) => changeFor(current, { ...input, at: clock.now() }));
  const { deployment, waitToken } = recorded;
  // Whoever opened it may have stopped before it started the machine, which is to take the signal up.
  if (deployment.status === 'opened') await startWorkflow(ports, deployment);
  // Without a signal there is nothing to wake it for: it is the first approval of two, or a repeat whose signal has been taken up,
  // and then the token is that of the wait after it.
  if (waitToken !== null && deployment.signal !== null) await workflows.answer(waitToken);
  return deployment;
}

function changeFor(
  { deployment }: Recorded,
  { signal, reason, by, requestKey = null, at }: SignalDeploymentInput & { readonly at: number },
): Change | null {
  const request = { what: signal, by, requestKey, now: at };
  // A repeat of a signal that has been taken up since would be a second one: an approval of the step after.
  if (wasTakenUp(deployment, request)) return null;
  const asked = takenUp(deployment, request);
  const acceptance = acceptSignal(deployment, signal);
  switch (acceptance.answer) {
    case 'refused':
      throw new SlipwayError('Conflict', acceptance.because);
    case 'known':
      return asked === deployment ? null : { deployment: asked, entries: [] };
    case 'record':
      if (signal === 'approve' && countApproval(deployment, by) !== 'done') return firstApproval(asked, { reason, by });
      return {
        deployment: { ...asked, signal: { kind: signal, because: reason, by, at } },
        entries: [{ kind: 'SignalReceived', by, because: reason, data: { signal } }],
      };
  }
}

function firstApproval(
  deployment: Deployment,
  { reason, by }: Pick<SignalDeploymentInput, 'reason' | 'by'>,
): Change | null {
  if (countApproval(deployment, by) === 'known') return null;
  const because = `${sentence(reason)} No person whom Slipway knows asked for this deployment, so a second person has to approve it.`;
  return {
    deployment: approvedOnce(deployment, by),
    entries: [{ kind: 'ApprovalGiven', by, because, data: { step: deployment.progress.stepIndex + 1 } }],
  };
}
