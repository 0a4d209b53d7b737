/** Gives the canary all the traffic. The deployment is settled only after the hooks that follow. */
import { SlipwayError } from '../domain/errors.ts';
import { decideNext } from '../domain/rollout.ts';
import { liveSplit, recordTraffic } from '../domain/traffic-record.ts';
import type { Alarms, Traffic } from '../ports.ts';
import { holdWithoutEvidence } from './hold-without-evidence.ts';
import { callsToMove, moveForward } from './move-forward.ts';
import { DeploymentTask, type TaskResult, taskResult } from './task-input.ts';
import { inTurn, type WaitOutPorts } from './wait-out.ts';

export const PromoteInput = DeploymentTask;

export interface PromotePorts extends WaitOutPorts {
  readonly traffic: Traffic;
  readonly alarms: Alarms;
}

export async function promote(ports: PromotePorts, { deploymentId }: DeploymentTask): Promise<TaskResult> {
  const { deployments, clock } = ports;
  const { deployment } = await deployments.read(deploymentId);
  const { canary, signal, atPercent } = deployment;
  // A signal came first: SettleDeployment sees it and leads to where it is taken up. Or the traffic is there already.
  if (signal !== null || decideNext(deployment, clock.now()).do !== 'promote' || atPercent === 100)
    return taskResult(deployment, clock.now());
  // What the cluster was ordered to do is on record already when this task is reached.
  if (deployment.spec.target.kind !== 'lambda') return taskResult(deployment, clock.now());
  const split = liveSplit(deployment);
  if (split === null) {
    throw new SlipwayError('Broken', `Deployment ${deploymentId} has no version to promote. Deploy again.`);
  }
  const act = async () => {
    const stopped = await holdWithoutEvidence(ports, deployment);
    if (stopped !== null) return taskResult(stopped, clock.now());
    const moved = await moveForward(ports, { deployment, split, toPercent: 100 });
    if (moved === null) return taskResult((await deployments.read(deploymentId)).deployment, clock.now());
    const because = `Version ${canary} gets all the calls.`;
    const recorded = await deployments.record(deploymentId, ({ deployment: current }) =>
      current.liveRevision === split.revision
        ? recordTraffic(current, { moved, toPercent: 100, by: 'slipway', because })
        : null,
    );
    return taskResult(recorded.deployment, clock.now());
  };
  return inTurn(ports, { deployment, step: 'promote', backTo: 'judge', calls: callsToMove(100), act });
}
