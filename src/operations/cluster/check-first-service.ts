/** Before anything is done: who would get the calls that are led to the workload. */

import type { ClusterObject } from '../../domain/cluster/cluster-object.ts';
import {
  refuseLostPorts,
  refuseOwnStrangers,
  refuseStrangers,
  selectorOf,
} from '../../domain/cluster/first-service.ts';
import { frontRef } from '../../domain/cluster/workload-route.ts';
import type { WorkloadTarget } from '../../domain/service-spec.ts';
import type { ClusterPorts } from './workload-store.ts';

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
  refuseOwnStrangers(objects, { target, selector });
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: selector });
  refuseStrangers(pods, { target, selector });
}
