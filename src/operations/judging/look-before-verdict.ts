/** The look at a workload's pods before a verdict: by this function, or by a task when no function reaches the cluster. */

import type { Deployment } from '../../domain/deployment/deployment.ts';
import { aboutCanary } from '../../domain/orders/cluster-order.ts';
import { lastJudgement, type PodsJudgement } from '../../domain/workload/canary-pods.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deployments } from '../../ports/deployments.ts';
import { keepLook } from '../steps/keep-look.ts';
import { type LookAtClustersPorts, lookAtOne } from './look-at-clusters.ts';

export interface LookBeforeVerdictPorts extends LookAtClustersPorts {
  readonly deployments: Deployments;
  readonly clock: Clock;
}

/** How long the look of a task is valid for the verdict that asked for it. */
const TASK_LOOK_MS = 60_000;

/**
 * Null when the rollout has no canary with calls on a cluster, or when it has moved on. `byTask` when this function gets no
 * answer from the cluster: then a task, which waits longer, looks first.
 */
export async function lookBeforeVerdict(
  ports: LookBeforeVerdictPorts,
  deployment: Deployment,
): Promise<PodsJudgement | null | 'byTask'> {
  if (aboutCanary(deployment) === null) return null;
  const { pods } = deployment.progress;
  const isAsked = pods?.byTaskAt !== undefined && ports.clock.now() - pods.byTaskAt < TASK_LOOK_MS;
  if (isAsked) return lastJudgement(pods) ?? null;
  const look = await lookAtOne(ports, deployment);
  if (look === null) return 'byTask';
  return (await keepLook(ports, { deployment, look })) ?? null;
}
