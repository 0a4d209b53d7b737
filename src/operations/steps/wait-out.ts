/**
 * What a forward step does when AWS takes no more calls: it waits and comes back, until the deadline of the rollout. A
 * throttle says nothing about the version, so nothing is counted against it. The record says once that a step is delayed.
 */

import { goesForward } from '../../domain/deployment/accept-signal.ts';
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { throttledSeconds } from '../../domain/deployment/rollout.ts';
import { isOvertaken } from '../../domain/deployment/traffic-record.ts';
import { isWorthWaiting } from '../../domain/errors.ts';
import type { Deployments } from '../../ports/deployments.ts';
import { type TurnPorts, takeTurn } from './take-turn.ts';
import { comeBack, type TaskResult, taskResult, type WaitAMoment } from './task-input.ts';

export interface WaitOutPorts extends TurnPorts {
  readonly deployments: Deployments;
}

export interface Step {
  /** As it was read: what the step is about to act on. */
  readonly deployment: Deployment;
  readonly step: 'plan' | 'publish' | 'shift' | 'promote' | 'beforeTraffic' | 'afterTraffic' | 'judge';
  readonly backTo: WaitAMoment['backTo'];
  readonly act: () => Promise<TaskResult>;
}

export interface ForwardStep extends Step {
  /** Calls of Lambda's control plane that it makes. */
  readonly calls: number;
}

/** Shorter delays are nobody's concern, and are left out of the record. */
const WORTH_A_WORD_MS = 15_000;

/** Acts when the step has its turn at Lambda's control plane; otherwise, or when it is throttled, the answer is a wait. */
export async function inTurn(
  ports: WaitOutPorts,
  { deployment, step, backTo, calls, act }: ForwardStep,
): Promise<TaskResult> {
  const { deployments, clock } = ports;
  const { id, progress } = deployment;
  const turn = await takeTurn(ports, { claimant: `${id} ${step} ${progress.stepIndex}`, calls });
  if (typeof turn === 'object') return waitForTurn(ports, { deployment, step, backTo, inMs: turn.inMs });
  if (turn === 'afterWait') {
    const { deployment: current } = await deployments.read(id);
    // It ended, turned back or was moved meanwhile: what the step was about to do is not due any more.
    if (isOvertaken(deployment, current) || !goesForward(current)) return taskResult(current, clock.now());
  }
  return waitOut(ports, { deployment, step, backTo, act });
}

/** The same for a step that makes no call of the control plane: a hook, or the judge. */
export async function waitOut(
  ports: Pick<WaitOutPorts, 'deployments' | 'clock'>,
  { deployment: before, step, backTo, act }: Step,
): Promise<TaskResult> {
  try {
    return await act();
  } catch (error) {
    if (!isWorthWaiting(error)) throw error;
    const because = `${error.message} That says nothing about the version: Slipway waits and repeats the step, until the deadline.`;
    const deployment = await noteDelay(ports, { deployment: before, step, because });
    const now = ports.clock.now();
    return comeBack(deployment, { now, backTo, because, forSeconds: throttledSeconds(deployment, now) });
  }
}

async function waitForTurn(
  ports: WaitOutPorts,
  { deployment, step, backTo, inMs }: Omit<Step, 'act'> & { readonly inMs: number },
): Promise<TaskResult> {
  const forSeconds = Math.ceil(inMs / 1_000);
  const because = `Lambda takes few calls a second, and the steps of other deployments come first. This one has its turn in ${forSeconds} seconds.`;
  const current = inMs < WORTH_A_WORD_MS ? deployment : await noteDelay(ports, { deployment, step, because });
  return comeBack(current, { now: ports.clock.now(), backTo, because, forSeconds });
}

/** Once for a delay, however often the step comes back: an entry of the same step that is the last one says it already. */
async function noteDelay(
  { deployments }: Pick<WaitOutPorts, 'deployments'>,
  { deployment, step, because }: Pick<Step, 'deployment' | 'step'> & { readonly because: string },
): Promise<Deployment> {
  const last = (await deployments.timeline(deployment.id)).at(-1);
  if (last?.kind === 'StepDelayed' && last.data.step === step)
    return (await deployments.read(deployment.id)).deployment;
  const recorded = await deployments.record(deployment.id, ({ deployment: current }) =>
    isInFlight(current)
      ? { deployment: current, entries: [{ kind: 'StepDelayed', by: 'slipway', because, data: { step } }] }
      : null,
  );
  return recorded.deployment;
}
