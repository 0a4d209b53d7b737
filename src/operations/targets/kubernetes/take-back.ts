/** The way back of a workload: the brake at once, and the rest by the state machine. */
import { type Deployment, isInFlight } from '../../../domain/deployment/deployment.ts';
import type { BrakeOrder } from '../../../domain/workload/brake-order.ts';
import { answerWait, startWorkflow } from '../../steps/start-workflow.ts';
import { type GoingBack, goingBack, type TakeTrafficBackPorts } from '../seam/going-back.ts';
import { pullBrake } from './pull-brake.ts';

/**
 * On a cluster the way back is the state machine's, and here is only its brake, where one is ready. When the rollout waits, its token wakes it; when it is at work on the
 * cluster, the machine of the rollbacks starts beside it, takes the workload from it, and does not wait for it to end.
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
  // Who supersedes it clears the workload with its own first order.
  if (!isInFlight(recorded.deployment)) return recorded.deployment;
  // An execution that somebody stopped waits no more, although its token is stored.
  const isWoken = await answerWait(ports, recorded.waitToken);
  if (!isWoken && signal.kind !== 'supersede') await startWorkflow(ports, { id, kind: 'rollback' });
  return recorded.deployment;
}
