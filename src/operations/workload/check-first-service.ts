/** Checks, before anything changes, which pods would get the calls of the workload. */

import { SlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import { type ClusterObject, objectName } from '../../domain/workload/cluster-object.ts';
import {
  refuseLostPorts,
  refuseOwnStrangers,
  refuseStrangers,
  selectorOf,
} from '../../domain/workload/first-service.ts';
import { liveCount } from '../../domain/workload/pod-count.ts';
import { deploymentRef } from '../../domain/workload/workload-objects.ts';
import { frontRef } from '../../domain/workload/workload-route.ts';
import { type ClusterPorts, keptVersion } from './workload-store.ts';

interface FirstServiceOrder {
  readonly target: WorkloadTarget;
  readonly objects: readonly ClusterObject[];
  /** Pods of a Deployment that becomes the workload's own. */
  readonly own?: readonly ClusterObject[] | undefined;
}

/** Checks the Service of the manifests. When the manifests have none, checks the Service that exists. */
export async function checkFirstService(
  { cluster }: ClusterPorts,
  { target, objects, own: found = [] }: FirstServiceOrder,
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
  const isFound = (pod: ClusterObject) => found.some(({ metadata }) => metadata.name === pod.metadata.name);
  refuseStrangers(
    pods.filter((pod) => !isFound(pod)),
    { target, selector },
  );
}

interface Tried {
  readonly target: WorkloadTarget;
  /** The version whose manifests say whether a Service must exist. */
  readonly stable: string;
}

/**
 * Checks which pods answer now, before a canary gets more calls. Another tool or person may have deleted the Service,
 * changed its selector, or scaled stable to zero. Throws InvalidRequest when calls would reach no pod.
 */
export async function requireAnsweringPods(ports: ClusterPorts, { target, stable }: Tried): Promise<void> {
  const { cluster } = ports;
  const ref = frontRef(target);
  const [service, live, tried] = await Promise.all([
    cluster.get(ref),
    cluster.get(deploymentRef(target, 'stable')),
    cluster.get(deploymentRef(target, 'canary')),
  ]);
  const isEmpty = live !== null && liveCount(live) === 0;
  const manifests = isEmpty || service === null ? await keptVersion(ports, { target, version: stable }) : null;
  const before = manifests ?? [];
  // KEDA scales to zero while there are no calls.
  if (isEmpty && !before.some(({ kind }) => kind === 'ScaledObject'))
    throw refused(
      `${objectName(live)} was scaled to no pod by somebody, so nobody would get the calls that are left to version ${stable}. Scale it up, or deploy again: with nobody beside it, the next version gets all the calls.`,
    );
  if (service === null) {
    if (!before.some(({ kind, metadata }) => kind === ref.kind && metadata.name === target.workload)) return;
    throw refused(
      `${objectName(ref)} is not there any more, so nobody would get the calls. Somebody has deleted it; the way back, or the next version, brings it again.`,
    );
  }
  for (const deployment of [live, tried]) if (deployment) selectorOf(service, { target, deployment });
}

function refused(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
