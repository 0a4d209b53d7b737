/** The stage for the objects of a version: orders to a workload in a namespace, on a simulated or a real cluster. */

import type { ClusterDone, ClusterOrder } from '../../src/domain/orders/cluster-order.ts';
import type { WorkloadTarget } from '../../src/domain/service/service-spec.ts';
import type { ClusterObject, ObjectRef } from '../../src/domain/workload/cluster-object.ts';
import type { Cluster } from '../../src/ports/cluster.ts';

export interface VersionStage {
  readonly cluster: Cluster;
  readonly target: WorkloadTarget;
  /** Carries out an order while time passes. Throws the error with which the order fails. */
  run(order: ClusterOrder): Promise<ClusterDone>;
  /** Stores a folder of manifests, and returns its path. */
  folder(objects: readonly ClusterObject[]): Promise<string>;
  /** Applies the object as somebody other than Slipway. */
  applyByHand(object: ClusterObject): Promise<void>;
  /** Sets the number of pods by the scale subresource, as somebody other than Slipway. */
  scaleByHand(ref: ObjectRef, replicas: number): Promise<void>;
  /** Lets time pass until the condition holds. */
  settle(condition: () => Promise<boolean>, what: string): Promise<void>;
  /**
   * Records the numbers that `spec.replicas` of the Deployment has from now on, until the returned function is called.
   */
  watchReplicas(ref: ObjectRef): Promise<() => readonly number[]>;
  close(): Promise<void>;
}
export type OpenVersionStage = (change: Pick<WorkloadTarget, 'route'>) => Promise<VersionStage>;
