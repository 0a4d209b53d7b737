/** Gives the canary all the traffic. The deployment is settled only after the hooks that follow. */
import { SlipwayError } from '../domain/errors.ts';
import { decideNext } from '../domain/rollout.ts';
import { recordTraffic } from '../domain/traffic-record.ts';
import type { Traffic } from '../ports.ts';
import { DeploymentTask, type TaskResult, taskResult } from './task-input.ts';
import { inTurn, type WaitOutPorts } from './wait-out.ts';

export const PromoteInput = DeploymentTask;

export interface PromotePorts extends WaitOutPorts {
  readonly traffic: Traffic;
}

export async function promote(ports: PromotePorts, { deploymentId }: DeploymentTask): Promise<TaskResult> {
  const { deployments, traffic, clock } = ports;
  const { deployment } = await deployments.read(deploymentId);
  const { stable, canary, liveRevision, signal, atPercent } = deployment;
  const { target } = deployment.spec;
  // A signal came first: SettleDeployment sees it and leads to where it is taken up. Or the traffic is there already.
  if (signal !== null || decideNext(deployment, clock.now()).do !== 'promote' || atPercent === 100)
    return taskResult(deployment, clock.now());
  // What the cluster was ordered to do is on record already when this task is reached.
  if (target.kind !== 'lambda') return taskResult(deployment, clock.now());
  if (stable === null || canary === null || liveRevision === null) {
    throw new SlipwayError('Broken', `Deployment ${deploymentId} has no version to promote. Deploy again.`);
  }
  const act = async () => {
    const moved = await traffic.setSplit({ target, stable, canary, canaryPercent: 100, revision: liveRevision });
    const because = `Version ${canary} gets all the calls.`;
    const recorded = await deployments.record(deploymentId, ({ deployment: current }) =>
      current.liveRevision === liveRevision
        ? recordTraffic(current, { moved, toPercent: 100, by: 'slipway', because })
        : null,
    );
    return taskResult(recorded.deployment, clock.now());
  };
  return inTurn(ports, { deployment, step: 'promote', backTo: 'judge', calls: 1, act });
}
