/** Gives the canary all the traffic. The deployment is settled only after the hooks that follow. */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { decideNext } from '../../domain/deployment/rollout.ts';
import { liveSplit, recordTraffic } from '../../domain/deployment/traffic-record.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { Alarms } from '../../ports/alarms.ts';
import type { Change } from '../../ports/deployments.ts';
import type { Moved, Traffic } from '../../ports/traffic.ts';
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
  const { canary, signal, atPercent, progress } = deployment;
  // What others gave the version may have changed since it was looked at, so the alias is set also when it has all already.
  const isThere = atPercent === 100 && progress.others === undefined;
  // A signal came first: SettleDeployment sees it and leads to where it is taken up. Or the traffic is there already.
  if (signal !== null || decideNext(deployment, clock.now()).do !== 'promote' || isThere)
    return taskResult(deployment, clock.now());
  // What the cluster was ordered to do is on record already when this task is reached.
  if (deployment.spec.target.kind !== 'lambda') return taskResult(deployment, clock.now());
  const split = liveSplit(deployment);
  if (split === null) {
    throw new SlipwayError('Broken', `Deployment ${deploymentId} has no version to promote. Deploy again.`);
  }
  const act = async () => {
    const stopped = await holdWithoutEvidence(ports, { deployment });
    if (stopped !== null) return taskResult(stopped, clock.now());
    const moved = await moveForward(ports, { deployment, split, toPercent: 100 });
    if (moved === null) return taskResult((await deployments.read(deploymentId)).deployment, clock.now());
    const because = `Version ${canary} gets all the calls.`;
    const recorded = await deployments.record(deploymentId, ({ deployment: current }) =>
      current.liveRevision === split.revision ? allCalls(current, { moved, because }) : null,
    );
    return taskResult(recorded.deployment, clock.now());
  };
  return inTurn(ports, { deployment, step: 'promote', backTo: 'judge', calls: callsToMove(100), act });
}

/** What others did before is over with it: the same done to the alias again is news. */
function allCalls(
  current: Deployment,
  { moved, because }: { readonly moved: Moved; readonly because: string },
): Change {
  const { deployment, entries } = recordTraffic(current, { moved, toPercent: 100, by: 'slipway', because });
  return { deployment: { ...deployment, progress: { ...deployment.progress, others: undefined } }, entries };
}
