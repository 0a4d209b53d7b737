/** Gives the canary all the traffic. The deployment is settled only after the hooks that follow. */
import { recordMove } from '../../domain/deployment/recorded-move.ts';
import { decideNext } from '../../domain/deployment/rollout.ts';
import { liveSplit } from '../../domain/deployment/traffic-record.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { targetRules } from '../../domain/service/target.ts';
import type { Alarms } from '../../ports/alarms.ts';
import type { Traffic } from '../../ports/traffic.ts';
import { DeploymentTask, type TaskResult, taskResult } from '../steps/task-input.ts';
import { inTurn, type WaitOutPorts } from '../steps/wait-out.ts';
import { holdWithoutEvidence } from './hold-without-evidence.ts';
import { callsToMove, moveForward } from './move-forward.ts';

export const PromoteInput = DeploymentTask;

export interface PromotePorts extends WaitOutPorts {
  readonly traffic: Traffic;
  readonly alarms: Alarms;
}

export async function promote(ports: PromotePorts, { deploymentId }: DeploymentTask): Promise<TaskResult> {
  const { deployments, clock } = ports;
  const { deployment } = await deployments.read(deploymentId);
  const { signal, atPercent, progress } = deployment;
  // After a move by another tool or person, the share of the version may have changed again since the look. So the
  // alias is set even when the record says 100 %.
  const isThere = atPercent === 100 && progress.others === undefined;
  // A signal came first: SettleDeployment sees it and leads to the task that takes it up. Or the traffic is already
  // there.
  if (signal !== null || decideNext(deployment, clock.now()).do !== 'promote' || isThere)
    return taskResult(deployment, clock.now());
  // On a cluster, the result of the order is already recorded when the machine reaches this task.
  if (targetRules(deployment.spec.target).isMovedByTask) return taskResult(deployment, clock.now());
  const split = liveSplit(deployment);
  if (split === null) {
    throw new SlipwayError('Broken', `Deployment ${deploymentId} has no version to promote. Deploy again.`);
  }
  const act = async () => {
    const stopped = await holdWithoutEvidence(ports, { deployment });
    if (stopped !== null) return taskResult(stopped, clock.now());
    const moved = await moveForward(ports, { deployment, split, toPercent: 100 });
    if (moved === null) return taskResult((await deployments.read(deploymentId)).deployment, clock.now());
    const recorded = await deployments.record(deploymentId, ({ deployment: current }) =>
      current.liveRevision === split.revision
        ? recordMove(current, { did: 'promote', moved, toPercent: 100, isDue: true, now: clock.now() })
        : null,
    );
    return taskResult(recorded.deployment, clock.now());
  };
  return inTurn(ports, { deployment, step: 'promote', backTo: 'judge', calls: callsToMove(100), act });
}
