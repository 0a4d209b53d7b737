/**
 * Takes the calls off the canary of a workload with the single change that the workload's last task prepared for this.
 */

import { brakeToPull } from '../../../domain/deployment/brake.ts';
import type { Deployment } from '../../../domain/deployment/deployment.ts';
import type { Signal } from '../../../domain/deployment/signal.ts';
import { isSlipwayError } from '../../../domain/errors.ts';
import { onCluster } from '../../../domain/service/target.ts';
import type { BrakeOrder } from '../../../domain/workload/brake-order.ts';
import type { Clusters } from '../../../ports/clusters.ts';

/**
 * Returns the brake that was pulled; null when none was pulled, or when that is not known. Then no caller waits for the
 * brake: the task on the cluster rolls back in any case.
 */
export async function pullBrake(
  { clusters }: { readonly clusters: Clusters },
  { deployment, signal }: { readonly deployment: Deployment; readonly signal: Signal },
): Promise<BrakeOrder | null> {
  const target = onCluster(deployment.spec.target);
  const order = brakeToPull(deployment, signal);
  if (target === null || order === null) return null;
  try {
    const reached = await clusters.reach(target.cluster);
    return reached !== null && (await reached.brake(order)) === 'braked' ? order : null;
  } catch (error) {
    if (isSlipwayError(error)) return null;
    throw error;
  }
}
