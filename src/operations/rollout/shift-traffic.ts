/** Moves the canary's share up to the weight of the next step. */
import * as z from 'zod/mini';
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { recordMove } from '../../domain/deployment/recorded-move.ts';
import { decideNext } from '../../domain/deployment/rollout.ts';
import { isOvertaken, liveSplit, type OwnSplit } from '../../domain/deployment/traffic-record.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { Alarms } from '../../ports/alarms.ts';
import type { Moved, Traffic } from '../../ports/traffic.ts';
import { type PublishOutboxPorts, publishOutbox } from '../steps/publish-outbox.ts';
import { DeploymentTask, type TaskResult, taskResult } from '../steps/task-input.ts';
import { inTurn, type WaitOutPorts } from '../steps/wait-out.ts';
import { callsToMove, moveForward } from './move-forward.ts';

export const ShiftTrafficInput = z.extend(DeploymentTask, { toPercent: z.int().check(z.minimum(1), z.maximum(100)) });
export type ShiftTrafficInput = z.infer<typeof ShiftTrafficInput>;

export interface ShiftTrafficPorts extends PublishOutboxPorts, WaitOutPorts {
  readonly traffic: Traffic;
  readonly alarms: Alarms;
}

export async function shiftTraffic(
  ports: ShiftTrafficPorts,
  { deploymentId, toPercent }: ShiftTrafficInput,
): Promise<TaskResult> {
  const { deployments, clock } = ports;
  const { deployment } = await deployments.read(deploymentId);
  const next = decideNext(deployment, clock.now());
  // A signal came first, or an earlier try of this task made the shift and then crashed.
  if (next.do !== 'shift' || next.toPercent !== toPercent || deployment.signal !== null)
    return taskOf(deployment, clock.now());

  const act = async () => {
    // Act first, record second: a crash in between repeats a harmless call, and never records a shift that did not happen.
    const moved = await moveForward(ports, { deployment, split: splitOf(deployment), toPercent });
    if (moved === null) return taskOf((await deployments.read(deploymentId)).deployment, clock.now());
    const recorded = await deployments.record(deploymentId, ({ deployment: current }) =>
      isOvertaken(deployment, current) ? null : changeFor(current, { moved, toPercent, now: clock.now() }),
    );
    await publishOutbox(ports, { deploymentId });
    return taskOf(recorded.deployment, clock.now());
  };
  return inTurn(ports, { deployment, step: 'shift', backTo: 'judge', calls: callsToMove(toPercent), act });
}

/** Only JudgeCanary takes up a waiting signal, so no forward shift comes before the signal. */
function taskOf(deployment: Deployment, now: number): TaskResult {
  const result = taskResult(deployment, now);
  return deployment.signal !== null && result.next.do !== 'stop' && result.next.do !== 'rollBack'
    ? { ...result, next: { do: 'judge' } }
    : result;
}

function splitOf(deployment: Deployment): OwnSplit {
  const split = liveSplit(deployment);
  if (split === null) {
    throw new SlipwayError(
      'Broken',
      `Deployment ${deployment.id} has no version to shift to. Its plan or its publication was lost; deploy again.`,
    );
  }
  return split;
}

function changeFor(current: Deployment, { moved, toPercent, now }: { moved: Moved; toPercent: number; now: number }) {
  // The deployment has ended or begun to roll back meanwhile, and stays so. The move is recorded, because the rollback
  // must know about it.
  const isDue = isInFlight(current) && current.status !== 'rollingBack';
  return recordMove(current, { did: 'shift', moved, toPercent, isDue, now });
}
