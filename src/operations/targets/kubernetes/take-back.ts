/** Rolls back a workload: pulls the brake at once, and leaves the rest to the state machine. */
import { type Deployment, isInFlight } from '../../../domain/deployment/deployment.ts';
import type { BrakeOrder } from '../../../domain/workload/brake-order.ts';
import { answerWait, startWorkflow } from '../../steps/start-workflow.ts';
import { type GoingBack, goingBack, type TakeTrafficBackPorts } from '../seam/going-back.ts';
import { pullBrake } from './pull-brake.ts';

/**
 * On a cluster the state machine rolls back; this operation only pulls the brake, if one is ready. A rollout that waits
 * is woken by its token. When the rollout is at work on the cluster, the rollback's machine starts beside it and takes
 * over the workload. It does not wait for the rollout's machine to end.
 */
export async function sendBack(
  ports: TakeTrafficBackPorts,
  { deployment, asked, isPressing }: GoingBack,
): Promise<Deployment> {
  const { deployments } = ports;
  const { signal } = asked;
  const { id } = deployment;
  const record = (braked: BrakeOrder | null) =>
    deployments.record(id, (current) => goingBack(current, { moved: null, braked, ...asked }));
  let recorded = await record(isPressing ? await pullBrake(ports, { deployment, signal }) : null);
  if (!isPressing) {
    const braked = await pullBrake(ports, { deployment: recorded.deployment, signal });
    if (braked !== null) recorded = await record(braked);
  }
  // The first order of the deployment that supersedes this one clears the workload.
  if (!isInFlight(recorded.deployment)) return recorded.deployment;
  // An execution that another tool or person stopped no longer waits, although its token is stored.
  const isWoken = await answerWait(ports, recorded.waitToken);
  if (!isWoken && signal.kind !== 'supersede') await startWorkflow(ports, { id, kind: 'rollback' });
  return recorded.deployment;
}
