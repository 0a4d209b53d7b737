/**
 * Makes a forward step wait and come back when AWS accepts no more calls, until the deadline of the rollout. A throttle
 * says nothing about the version, so it does not count against it. The timeline says once that a step is delayed.
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
  /** The deployment as it was read; the step is about to act on it. */
  readonly deployment: Deployment;
  readonly step: 'plan' | 'publish' | 'shift' | 'promote' | 'beforeTraffic' | 'afterTraffic' | 'judge';
  readonly backTo: WaitAMoment['backTo'];
  readonly act: () => Promise<TaskResult>;
}

export interface ForwardStep extends Step {
  /** How many calls to Lambda's control plane the step makes. */
  readonly calls: number;
}

/** Shorter delays matter to no one, and are not recorded. */
const WORTH_A_WORD_MS = 15_000;

/**
 * Acts when the step has its turn at Lambda's control plane. Otherwise, or when AWS throttles the step, the result is a
 * wait.
 */
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
    // The deployment ended, began to roll back or was moved meanwhile, so the step is no longer due.
    if (isOvertaken(deployment, current) || !goesForward(current)) return taskResult(current, clock.now());
  }
  return waitOut(ports, { deployment, step, backTo, act });
}

/** Acts, and turns a throttle into a wait, for a step without calls to the control plane: a hook, or the judge. */
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

/**
 * Records a delay once, however often the step comes back: when the last entry is about the same step, it is already
 * recorded.
 */
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
