/**
 * Renders the hardened objects of a workload whose team gave only port, replicas, environment and secrets. The same
 * input always gives the same objects, key by key. It renders no Namespace, because the cluster's owner makes that.
 */
import type { ClusterObject } from './cluster-object.ts';
import { accessObjects } from './rendered-access.ts';
import { autoscaler, disruptionBudget } from './rendered-availability.ts';
import { configMap } from './rendered-config.ts';
import { deployment } from './rendered-deployment.ts';
import { networkPolicy, services } from './rendered-network.ts';
import type { Workload } from './rendered-workload.ts';

/** The order is the order of the apply: what a pod needs, and what restricts it, comes before the pods. */
export function renderManifests(workload: Workload): readonly ClusterObject[] {
  return [
    ...accessObjects(workload),
    configMap(workload),
    networkPolicy(workload),
    ...services(workload),
    disruptionBudget(workload),
    deployment(workload),
    autoscaler(workload),
  ];
}
