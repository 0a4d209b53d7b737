/**
 * Decides how a rollout goes on. Step Functions sequences, an operation acts, and only this file decides. A rollout
 * goes one step forward or all the way back. It never rolls back halfway, and it never waits for ever.
 */

import { durationMs } from '../duration.ts';
import { unitFrom } from '../jitter.ts';
import type { Step } from '../service/strategy.ts';
import { targetRules } from '../service/target.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { acceptSignal, currentStep, goesForward } from './accept-signal.ts';
import { type Deployment, isInFlight, type Progress } from './deployment.ts';
import { isRetreat, type Signal } from './signal.ts';
import { TURN_KEPT_MS } from './turns.ts';

/** What to do next. The Choice state `WhatNext` of the rollout machine switches on the word in `do`. */
export type Decision =
  | { readonly do: 'shift'; readonly toPercent: number }
  | { readonly do: 'bake'; readonly forSeconds: number }
  | { readonly do: 'judge' }
  | { readonly do: 'approve'; readonly forSeconds: number }
  | { readonly do: 'hold'; readonly forSeconds: number; readonly because: string }
  | { readonly do: 'promote' }
  | { readonly do: 'rollBack'; readonly because: string }
  | { readonly do: 'stop'; readonly because: string };

/**
 * The limit on extensions of an inconclusive bake. After it, inconclusive counts as an answer, and the rollout rolls
 * back.
 */
export const EXTENSIONS_MAX = 3;

/** Decides what to do now. Every deployment at every time gets exactly one decision. */
export function decideNext(deployment: Deployment, now: number): Decision {
  const { signal, progress, steps, deadlineAt, because, status } = deployment;
  if (!isInFlight(deployment)) return { do: 'stop', because: `it has ended as ${status}` };
  if (isRetreat(signal)) return { do: 'rollBack', because: signal.because };
  if (status === 'rollingBack') return { do: 'rollBack', because: because ?? 'it was rolling back' };
  if (now >= deadlineAt) return { do: 'rollBack', because: 'The deadline of the rollout has passed' };
  if (progress.pausedAt !== null) {
    return { do: 'hold', forSeconds: secondsUntil(deadlineAt, now), because: because ?? 'It is paused' };
  }
  const step = steps[progress.stepIndex];
  return step === undefined ? { do: 'promote' } : decideStep(deployment, { step, now });
}

function decideStep(deployment: Deployment, { step, now }: { readonly step: Step; readonly now: number }): Decision {
  if ('setWeight' in step) return { do: 'shift', toPercent: step.setWeight };
  if ('judge' in step) return { do: 'judge' };
  if ('bake' in step) return { do: 'bake', forSeconds: secondsUntil(waitEndsAt(deployment, step), now) };
  const endsAt = waitEndsAt(deployment, step);
  if (now >= endsAt) return { do: 'rollBack', because: 'Nobody approved it within the time that the strategy gives' };
  return { do: 'approve', forSeconds: secondsUntil(endsAt, now) };
}

function waitEndsAt(
  { progress, deadlineAt }: Deployment,
  step: Extract<Step, { bake: unknown } | { approve: unknown }>,
) {
  const longest = 'bake' in step ? step.bake : step.approve.within;
  return Math.min(progress.stepStartedAt + durationMs(longest), deadlineAt);
}

/**
 * When the bake, approval or hold in progress ends at the latest, in epoch milliseconds. Null for a step without a known
 * end, and for a deployment that does not go forward.
 */
export function stepEndsAt(deployment: Deployment): number | null {
  const { steps, progress, deadlineAt } = deployment;
  if (!goesForward(deployment)) return null;
  if (progress.pausedAt !== null) return deadlineAt;
  const step = steps[progress.stepIndex];
  return step !== undefined && ('bake' in step || 'approve' in step) ? waitEndsAt(deployment, step) : null;
}

/**
 * Whole seconds until a task that could not act tries again. It is a tenth of the time since its step began, from 5
 * seconds to 10 minutes, and never past the deadline. So even seven days of waiting stay below the limit of 25,000
 * events of an execution.
 */
export function momentSeconds({ progress, deadlineAt }: Deployment, now: number): number {
  const moment = Math.min(Math.max((now - progress.stepStartedAt) / 10, 5_000), 10 * 60_000);
  return secondsUntil(Math.min(now + moment, deadlineAt), now);
}

/**
 * Does the same after a throttle, with jitter, so that services that were throttled together do not retry together. It
 * is longer than a turn at Lambda's control plane is kept, so that the step claims a new turn.
 */
export function throttledSeconds(deployment: Deployment, now: number): number {
  const least = Math.max(momentSeconds(deployment, now), TURN_KEPT_MS / 1_000 + 1);
  const seconds = Math.ceil(least * (1 + unitFrom(`${deployment.id} ${now}`)));
  return Math.min(seconds, secondsToDeadline(deployment, now));
}

export function secondsToDeadline({ deadlineAt }: Deployment, now: number): number {
  return secondsUntil(deadlineAt, now);
}

/** Whole seconds, at least one: the state machine refuses a wait of zero. */
function secondsUntil(at: number, now: number): number {
  return Math.max(1, Math.ceil((at - now) / 1_000));
}

/** True when the current bake has lasted its whole time. Then a wait that has ended is not started again. */
export function isBakeOver({ steps, progress }: Deployment, now: number): boolean {
  const step = steps[progress.stepIndex];
  if (step === undefined || !('bake' in step) || progress.pausedAt !== null) return false;
  return now >= progress.stepStartedAt + durationMs(step.bake);
}

/**
 * True when the judge may end the current bake: harm is ruled out, and two whole minutes at the current weight were
 * seen. These are two periods of one minute, or twelve of ten seconds. The judge never ends an approval or a pause, and
 * never overrides the signal of a person.
 */
export function mayEndBake(
  deployment: Deployment,
  { verdict, now }: { readonly verdict: Verdict; readonly now: number },
): boolean {
  const { spec, steps, status, signal, progress } = deployment;
  const { judge } = spec;
  if (judge.kind !== 'sequential' || !judge.endsBakesEarly || verdict.rulesOutHarm !== true) return false;
  const step = steps[progress.stepIndex];
  if (step === undefined || !('bake' in step)) return false;
  if (status !== 'rollingOut' || signal !== null || progress.pausedAt !== null) return false;
  const periodMs = judge.periodSeconds * 1_000;
  const firstWhole = Math.ceil(progress.stepStartedAt / periodMs) * periodMs;
  return now >= firstWhole + SEEN_MS && acceptSignal(deployment, 'skip').answer === 'record';
}

const SEEN_MS = 2 * 60_000;

/** The deployment with its current step completed. */
export function nextStep(deployment: Deployment, now: number): Deployment {
  return withProgress(deployment, { stepIndex: deployment.progress.stepIndex + 1, stepStartedAt: now });
}

/**
 * The deployment after the planned shift: the weight is recorded, and the next step is current. When another tool or
 * person had moved the target, the evidence starts again with this shift.
 */
export function afterShift(deployment: Deployment, { toPercent, now }: { toPercent: number; now: number }): Deployment {
  const since = deployment.progress.others === undefined ? {} : { others: undefined, evidenceFrom: now };
  const shared = targetRules(deployment.spec.target).isMovedByTask ? { sharedAt: now } : {};
  const shifted = withProgress(nextStep(deployment, now), { extensions: 0, ...since, ...shared });
  return { ...shifted, status: 'rollingOut', atPercent: toPercent };
}

/**
 * The deployment after it took up its pending signal. A retreat stays recorded, because nothing may undo it; any other
 * signal is used up. A pause stops the clock of the current step, and a resume continues that clock.
 */
export function takeUpSignal(deployment: Deployment, now: number): Deployment {
  const { signal } = deployment;
  if (signal === null) return deployment;
  const taken: Deployment = { ...deployment, signal: null };
  // A deployment that is rolling back goes on with that. An earlier signal to go forward is used up.
  if (deployment.status === 'rollingBack' && !isRetreat(signal)) return taken;
  switch (signal.kind) {
    case 'abort':
    case 'rollBack':
    case 'supersede':
      return { ...deployment, status: 'rollingBack', because: signal.because };
    case 'promote':
      return {
        ...resumed(taken, now),
        progress: {
          ...taken.progress,
          pausedAt: null,
          stepIndex: taken.steps.length,
          stepStartedAt: now,
          isForced: true,
        },
      };
    case 'pause':
      return {
        ...withProgress(taken, { pausedAt: taken.progress.pausedAt ?? now }),
        status: 'paused',
        because: signal.because,
      };
    case 'resume':
      return resumed(taken, now);
    case 'skip':
    case 'approve':
      return endsWith(taken, signal) ? nextStep(resumed(taken, now), now) : resumed(taken, now);
  }
}

/**
 * A signal ends only the step in which it was accepted, which may have ended by itself since then. Rows of an older
 * Slipway do not say which step that was; even then an approval ends only an approval step, and a skip never ends one.
 */
function endsWith(deployment: Deployment, signal: Signal): boolean {
  const step = deployment.steps[deployment.progress.stepIndex];
  if (step === undefined || isLate(deployment, signal)) return false;
  return signal.kind === 'approve' ? 'approve' in step : 'bake' in step || 'judge' in step;
}

/** True for a skip or an approval whose step ended before Slipway took the signal up: then it ends no step. */
export function isLate(deployment: Pick<Deployment, 'progress'>, { kind, step }: Signal): boolean {
  return (kind === 'skip' || kind === 'approve') && step !== undefined && step !== currentStep(deployment);
}

function resumed(deployment: Deployment, now: number): Deployment {
  const { pausedAt, stepStartedAt } = deployment.progress;
  const running = { ...deployment, status: 'rollingOut', because: null } as const;
  return pausedAt === null
    ? running
    : withProgress(running, { pausedAt: null, stepStartedAt: stepStartedAt + (now - pausedAt) });
}

/**
 * The deployment after a verdict. Healthy goes on, unhealthy rolls back, and two bad versions hold the rollout.
 * Inconclusive follows the no-data policy: hold until a person decides, repeat the bake before (at most
 * `EXTENSIONS_MAX` times), or roll back.
 */
export function afterVerdict(deployment: Deployment, { verdict, now }: { verdict: Verdict; now: number }): Deployment {
  switch (verdict.kind) {
    case 'unhealthy':
      return { ...withProgress(deployment, { isCanaryBad: true }), status: 'rollingBack', because: verdict.because };
    case 'healthy':
      return withProgress(nextStep(deployment, now), { extensions: 0 });
    case 'inconclusive':
      return verdict.holds
        ? held(deployment, { because: verdict.because, now })
        : afterInconclusive(deployment, { because: verdict.because, now });
  }
}

function afterInconclusive(deployment: Deployment, { because, now }: { because: string; now: number }): Deployment {
  switch (deployment.spec.noData) {
    case 'rollBack':
      return { ...deployment, status: 'rollingBack', because };
    case 'hold':
      return held(deployment, { because, now });
    case 'extend':
      return extended(deployment, { because, now });
  }
}

/** The deployment held in its current step until a person decides. */
export function held(deployment: Deployment, { because, now }: { because: string; now: number }): Deployment {
  return { ...withProgress(deployment, { pausedAt: now }), status: 'paused', because };
}

function extended(deployment: Deployment, { because, now }: { because: string; now: number }): Deployment {
  const { stepIndex, extensions } = deployment.progress;
  const before = deployment.steps[stepIndex - 1];
  if (before === undefined || !('bake' in before) || extensions >= EXTENSIONS_MAX) {
    return { ...deployment, status: 'rollingBack', because: `${because}, and it was prolonged ${extensions} times` };
  }
  return withProgress(deployment, { stepIndex: stepIndex - 1, stepStartedAt: now, extensions: extensions + 1 });
}

function withProgress(deployment: Deployment, change: Partial<Progress>): Deployment {
  return { ...deployment, progress: { ...deployment.progress, ...change } };
}
