/** Decides whether a deployment accepts a signal now, and whether its sender saw the current step. */
import { stepInWords } from '../service/strategy.ts';
import { type Deployment, isInFlight } from './deployment.ts';
import { isRetreat, type SignalKind } from './signal.ts';

/**
 * * `record`: the signal is to be recorded.
 * * `known`: it is recorded already, and there is nothing to do.
 * * `refused`: it is not accepted, with the reason.
 */
export type Acceptance =
  | { readonly answer: 'record' }
  | { readonly answer: 'known' }
  | { readonly answer: 'refused'; readonly because: string };

/**
 * True when the deployment is in flight and not rolling back: no retreat was asked for, and no verdict and no hook
 * turned it back.
 */
export function goesForward(deployment: Deployment): boolean {
  return isInFlight(deployment) && deployment.status !== 'rollingBack' && !isRetreat(deployment.signal);
}

/** Decides whether a deployment accepts a signal now. It accepts a retreat at any time while it is in flight. */
export function acceptSignal(deployment: Deployment, kind: SignalKind): Acceptance {
  const { id, status, signal } = deployment;
  if (!isInFlight(deployment))
    return refused(`Deployment ${id} has ended as ${status}; nothing is left to ${inWords(kind)}.`);
  if (isRetreat(signal)) {
    if (isRetreat({ kind })) return { answer: 'known' };
    return refused(`Deployment ${id} is on its way back: ${signal.because}. Deploy again when it has settled.`);
  }
  if (isRetreat({ kind })) return { answer: 'record' };
  if (signal?.kind === kind) return { answer: 'known' };
  return acceptAdvance(deployment, kind);
}

/** The number of the current step, from 1. After the last step, it is one more than there are steps. */
export function currentStep({ progress }: Pick<Deployment, 'progress'>): number {
  return progress.stepIndex + 1;
}

/**
 * Says why a signal for this step is too late, and the next step. Null when the step is current. Null also for a
 * deployment that does not go forward: `acceptSignal` gives the better reason there.
 */
export function staleStep(deployment: Deployment, seen: number): string | null {
  const { id, steps, kind } = deployment;
  const now = currentStep(deployment);
  if (seen === now || kind === 'rollback' || !goesForward(deployment)) return null;
  const step = steps[now - 1];
  const where =
    step === undefined ? 'it is being promoted' : `it is at step ${now} of ${steps.length} (${stepInWords(step)})`;
  const fact = seen < now ? `has left step ${seen}` : `is not at step ${seen} yet`;
  return `Deployment ${id} ${fact}: ${where}. Look at it with GET /deployments/${id}; its actions are what can be done now.`;
}

function acceptAdvance(deployment: Deployment, kind: SignalKind): Acceptance {
  const { id, kind: deploymentKind, status, signal, because } = deployment;
  if (deploymentKind === 'rollback')
    return refused(`Deployment ${id} is a rollback, which has no steps to ${inWords(kind)}.`);
  // A verdict or a failed hook rolls the deployment back without a signal.
  if (status === 'rollingBack')
    return refused(
      `Deployment ${id} is on its way back: ${because ?? 'it could not go on'}. Deploy again when it has settled.`,
    );
  if (signal !== null && !undoes(kind, signal.kind)) {
    return refused(`Deployment ${id} has a ${signal.kind} that is not taken up yet. Repeat the ${kind} in a moment.`);
  }
  const step = deployment.steps[deployment.progress.stepIndex];
  if (kind === 'resume' && status !== 'paused' && signal?.kind !== 'pause') {
    return refused(`Deployment ${id} is not paused, so there is nothing to resume.`);
  }
  // While a resume is pending, a pause is new. The answer `known` would lose the pause, and the rollout would go on.
  if (kind === 'pause' && status === 'paused' && signal === null) return { answer: 'known' };
  if (kind === 'approve' && status !== 'awaitingApproval') {
    return refused(`Deployment ${id} does not wait for an approval. It is ${status}.`);
  }
  if (kind === 'skip' && step !== undefined && 'approve' in step) {
    // A paused deployment accepts no approval.
    const way = status === 'paused' ? 'Resume it, then have it approved; or abort it.' : 'Approve or abort it.';
    return refused(`Deployment ${id} waits for an approval, which cannot be skipped. ${way}`);
  }
  if (kind === 'skip' && (step === undefined || 'setWeight' in step)) {
    return refused(`Deployment ${id} is not in a bake or a judgement that could be skipped.`);
  }
  return { answer: 'record' };
}

/** A pending pause is replaced by a signal that undoes it. A pending resume is replaced by a new pause. */
function undoes(kind: SignalKind, pending: SignalKind): boolean {
  if (pending === 'pause') return kind === 'resume' || kind === 'promote' || kind === 'skip';
  return kind === 'pause' && pending === 'resume';
}

function inWords(kind: SignalKind): string {
  return kind === 'rollBack' ? 'roll back' : kind;
}

function refused(because: string): Acceptance {
  return { answer: 'refused', because };
}
