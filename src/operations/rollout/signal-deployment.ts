/**
 * Accepts what a person wants for a rollout: promote, pause, resume, skip or approve. It stores the signal first and
 * answers the token second.
 */
import { approvedOnce, countApproval } from '../../domain/access/approval.ts';
import { acceptSignal, currentStep, staleStep } from '../../domain/deployment/accept-signal.ts';
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
  /** The number of the step that the caller saw, from 1. When left out, the signal is for whatever step is current. */
  readonly step?: number | undefined;
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
  // The process that opened the deployment may have stopped before it started the machine, and the machine has to take
  // up the signal.
  if (deployment.status === 'opened') await startWorkflow(ports, deployment);
  // Without a signal the machine has nothing to do. Then this was the first of two approvals, or a repeat of a signal
  // that has been taken up. After such a repeat, the token belongs to the next wait.
  if (waitToken !== null && deployment.signal !== null) await workflows.answer(waitToken);
  return deployment;
}

function changeFor(
  { deployment }: Recorded,
  { signal, reason, step, by, requestKey = null, at }: SignalDeploymentInput & { readonly at: number },
): Change | null {
  const request = { what: signal, by, requestKey, now: at };
  // A repeat of a signal that has been taken up would act as a second signal: it could approve the next step.
  if (wasTakenUp(deployment, request)) return null;
  // The row is locked here. A check before the lock could let a late approval through to the next step.
  const late = step === undefined ? null : staleStep(deployment, step);
  if (late !== null) throw new SlipwayError('Conflict', late);
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
        deployment: { ...asked, signal: { kind: signal, because: reason, by, at, step: currentStep(deployment) } },
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
    entries: [{ kind: 'ApprovalGiven', by, because, data: { step: currentStep(deployment) } }],
  };
}
