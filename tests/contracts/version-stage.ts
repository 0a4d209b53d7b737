/** A stage for what a version brings: orders to a workload in a namespace, on a cluster that is simulated or real. */

import type { ClusterDone, ClusterOrder } from '../../src/domain/orders/cluster-order.ts';
import type { WorkloadTarget } from '../../src/domain/service/service-spec.ts';
import type { ClusterObject, ObjectRef } from '../../src/domain/workload/cluster-object.ts';
import type { Cluster } from '../../src/ports/cluster.ts';

export interface VersionStage {
  readonly cluster: Cluster;
  readonly target: WorkloadTarget;
  /** Carries out an order, and time passes meanwhile. Throws what the order fails with. */
  run(order: ClusterOrder): Promise<ClusterDone>;
  /** Keeps a folder of manifests, and returns its path. */
  folder(objects: readonly ClusterObject[]): Promise<string>;
  /** Somebody else than Slipway applies the object. */
  applyByHand(object: ClusterObject): Promise<void>;
  /** Somebody else sets the number of pods by the scale subresource. */
  scaleByHand(ref: ObjectRef, replicas: number): Promise<void>;
  /** Lets time pass until the condition holds. */
  settle(condition: () => Promise<boolean>, what: string): Promise<void>;
  /** The numbers that `spec.replicas` of the Deployment has from now on, until the function that it returns is called. */
  watchReplicas(ref: ObjectRef): Promise<() => readonly number[]>;
  close(): Promise<void>;
}
export type OpenVersionStage = (change: Pick<WorkloadTarget, 'route'>) => Promise<VersionStage>;
