/**
 * First task of a rollout. It makes sure that the ground is still the one that preflight saw, and pins the version
 * before, so that no janitor deletes the only way back.
 */

import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { decideNext } from '../../domain/deployment/rollout.ts';
import { isRetreat } from '../../domain/deployment/signal.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { clusterOrderFor } from '../../domain/orders/cluster-order.ts';
import { isUnpublished, unpublishedInWords } from '../../domain/preflight/preflight-target.ts';
import type { LambdaTarget } from '../../domain/service/service-spec.ts';
import { type Step, stepInWords } from '../../domain/service/strategy.ts';
import { targetName } from '../../domain/service/target.ts';
import type { Change } from '../../ports/deployments.ts';
import type { Live, Traffic } from '../../ports/traffic.ts';
import { type PublishOutboxPorts, publishOutbox } from '../steps/publish-outbox.ts';
import { supersededChain } from '../steps/superseded-chain.ts';
import { DeploymentTask, runOnCluster, type TaskResult, taskResult } from '../steps/task-input.ts';
import { inTurn, type WaitOutPorts } from '../steps/wait-out.ts';

export const PlanRolloutInput = DeploymentTask;

export interface PlanRolloutPorts extends PublishOutboxPorts, WaitOutPorts {
  readonly traffic: Traffic;
}

export async function planRollout(ports: PlanRolloutPorts, { deploymentId }: DeploymentTask): Promise<TaskResult> {
  const { deployments, clock } = ports;
  const { deployment } = await deployments.read(deploymentId);
  // Already planned: the task runs a second time after a crash. Or a retreat came first; an advance needs the plan.
  if (!isInFlight(deployment) || deployment.status !== 'opened' || isRetreat(deployment.signal)) {
    return taskResult(deployment, clock.now());
  }
  const { target } = deployment.spec;
  // On a cluster it is planned by the first order that goes there.
  if (target.kind !== 'lambda') return planOnCluster(ports, deployment);
  const act = () => planOnLambda(ports, { deployment, target });
  return inTurn(ports, { deployment, step: 'plan', backTo: 'plan', calls: CALLS, act });
}

/** GetAlias and GetProvisionedConcurrencyConfig. */
const CALLS = 2;

async function planOnLambda(
  ports: PlanRolloutPorts,
  { deployment, target }: { readonly deployment: Deployment; readonly target: LambdaTarget },
): Promise<TaskResult> {
  const { deployments, traffic, clock } = ports;
  const { id: deploymentId } = deployment;
  const live = await traffic.read(target);
  requireSameGround(deployment, { target, live });
  const recorded = await deployments.record(deploymentId, ({ deployment: current }) =>
    planFor(current, { live, now: clock.now() }),
  );
  await publishOutbox(ports, { deploymentId });
  return taskResult(recorded.deployment, clock.now());
}

/** Throws Conflict: a rollout begins from one published version, and from the one that preflight saw. */
function requireSameGround(
  { stable }: Deployment,
  { target, live }: { readonly target: LambdaTarget; readonly live: Live },
): void {
  if (isUnpublished(live)) throw new SlipwayError('Conflict', unpublishedInWords(target));
  const name = targetName(target);
  if (live.canaryPercent > 0) {
    const fact = `Since preflight, somebody put ${live.canaryPercent} % of ${name} on version ${live.canary}.`;
    throw new SlipwayError('Conflict', `${fact} Put it on one version, then deploy again.`);
  }
  if (live.stable === stable) return;
  throw new SlipwayError(
    'Conflict',
    `${name} was moved to version ${live.stable} since preflight. Deploy again from there.`,
  );
}

/** The order for it, with whatever a deployment may have left whose place it took. */
async function planOnCluster({ deployments, clock }: PlanRolloutPorts, deployment: Deployment): Promise<TaskResult> {
  const order = clusterOrderFor(deployment, decideNext(deployment, clock.now()));
  if (order?.do !== 'plan') return taskResult(deployment, clock.now());
  const clears = await supersededChain({ deployments }, deployment);
  return { deploymentId: deployment.id, next: runOnCluster({ ...order, clears }) };
}

/** Null when it was superseded or turned back since it was read: an end is never undone. */
function planFor(current: Deployment, { live, now }: { readonly live: Live; readonly now: number }): Change | null {
  if (current.status !== 'opened') return null;
  const because = `From version ${live.stable} ${stepsInWords(current.steps)}.`;
  const data = { stable: live.stable, steps: current.steps };
  return {
    deployment: {
      ...current,
      status: 'rollingOut',
      liveRevision: live.revision,
      progress: { ...current.progress, stepStartedAt: now },
    },
    entries: [{ kind: 'RolloutPlanned', by: 'slipway', because, data }],
  };
}

function stepsInWords(steps: readonly Step[]): string {
  if (steps.length === 0) return 'to a promotion at once, without a canary';
  const count = steps.length === 1 ? '1 step' : `${steps.length} steps`;
  return `in ${count}: ${[...steps.map(stepInWords), 'promote'].join(', ')}`;
}
