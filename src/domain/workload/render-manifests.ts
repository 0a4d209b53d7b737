/**
 * The hardened objects of a workload for which the team gave only port, replicas, environment and secrets. The same
 * input always gives the same objects, key by key; none of them is a Namespace, which is the cluster's owner's to make.
 */
import type { ClusterObject } from './cluster-object.ts';
import { accessObjects } from './rendered-access.ts';
import { autoscaler, disruptionBudget } from './rendered-availability.ts';
import { configMap } from './rendered-config.ts';
import { deployment } from './rendered-deployment.ts';
import { networkPolicy, services } from './rendered-network.ts';
import type { Workload } from './rendered-workload.ts';

/** In the order in which they are to be applied: what a pod needs, and what confines it, comes before the pods. */
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
