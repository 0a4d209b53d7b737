/** Before anything is done: who would get the calls that are led to the workload. */

import { type ClusterObject, objectName } from '../../domain/cluster/cluster-object.ts';
import { refuseLostPorts, refuseStrangers, selectorOf } from '../../domain/cluster/first-service.ts';
import { deploymentRef } from '../../domain/cluster/workload-objects.ts';
import { frontRef } from '../../domain/cluster/workload-route.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service-spec.ts';
import { type ClusterPorts, keptVersion } from './workload-store.ts';

/** The Service of the manifests; where they have none, the one that is there. */
export async function checkFirstService(
  { cluster }: ClusterPorts,
  { target, objects }: { readonly target: WorkloadTarget; readonly objects: readonly ClusterObject[] },
): Promise<void> {
  const { namespace, workload } = target;
  const ref = frontRef(target);
  const own = objects.find(({ kind, metadata }) => kind === ref.kind && metadata.name === workload);
  const service = own ?? (await cluster.get(ref));
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  if (service === null || deployment === undefined) return;
  const selector = selectorOf(service, { target, deployment });
  refuseLostPorts(service, deployment);
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: selector });
  refuseStrangers(pods, { target, selector });
}

interface Tried {
  readonly target: WorkloadTarget;
  /** The version whose manifests say whether there has to be one. */
  readonly stable: string;
}

/**
 * The Service as it is now, before a canary gets more calls by it: somebody may have deleted it, or changed whom it selects. Throws
 * InvalidRequest when it would lead the calls to nobody.
 */
export async function leadsToBoth(ports: ClusterPorts, { target, stable }: Tried): Promise<void> {
  const { cluster } = ports;
  const ref = frontRef(target);
  const service = await cluster.get(ref);
  if (service === null) {
    const before = (await keptVersion(ports, { target, version: stable })) ?? [];
    if (!before.some(({ kind, metadata }) => kind === ref.kind && metadata.name === target.workload)) return;
    throw new SlipwayError(
      'InvalidRequest',
      `${objectName(ref)} is not there any more, so nobody would get the calls. Somebody has deleted it; the way back, or the next version, brings it again.`,
    );
  }
  for (const track of ['stable', 'canary'] as const) {
    const deployment = await cluster.get(deploymentRef(target, track));
    if (deployment !== null) selectorOf(service, { target, deployment });
  }
}
