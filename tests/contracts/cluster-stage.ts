/**
 * A stage for the contract of the port Cluster: an empty namespace, on three nodes with room for 20 small pods. Images
 * behave as their names say, and the implementation decides how time passes.
 */

import type { ClusterDone, ClusterOrder } from '../../src/domain/orders/cluster-order.ts';
import type { Permission } from '../../src/domain/workload/cluster-call.ts';
import type { ClusterObject, ObjectRef } from '../../src/domain/workload/cluster-object.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import type { Clusters } from '../../src/ports/clusters.ts';

export interface ClusterStage {
  readonly cluster: Cluster;
  /** The same API server as Slipway's functions reach it, with the rights of a function and no more. */
  readonly clusters: Clusters;
  readonly clock: Clock;
  readonly namespace: string;
  readonly images: {
    readonly good: string;
    /** An image that cannot be pulled. */
    readonly missing: string;
    /** An image whose container ends soon after every start. */
    readonly crashing: string;
    /** An image that runs and is never ready. */
    readonly unready: string;
  };
  /** Lets time pass, in small steps, until the condition holds. Fails with `what` when that takes far too long. */
  settle(condition: () => Promise<boolean>, what: string): Promise<void>;
  /** Applies the fields as another manager, `somebody`, by server-side apply, whoever owns them. */
  changeByHand(ref: ObjectRef, fields: Readonly<Record<string, unknown>>): Promise<void>;
  /** Creates the object as another tool, under its own name, as `kubectl create`, Helm and Argo CD do. */
  makeBy(tool: string, object: ClusterObject): Promise<void>;
  /** Writes the status of the object, as the controller of its kind does. */
  writeStatus(ref: ObjectRef, status: object): Promise<void>;
  /** A connection with these rights in the namespace, and no others. */
  restricted(permissions: readonly Permission[]): Promise<Cluster>;
  /** Limits the number of pods in the namespace. The limit is in force when the promise resolves. */
  quota(pods: number): Promise<void>;
  /** Writes a folder of manifests, and returns the path by which `build` finds it. */
  folder(objects: readonly ClusterObject[]): Promise<string>;
  /** Carries out an order to the cluster, as the task does. Throws the error with which the order fails. */
  carryOut(order: ClusterOrder): Promise<ClusterDone>;
  /** Starts an order. On a simulated cluster, time passes for the order only in `settle`. */
  start(order: ClusterOrder): Promise<ClusterDone>;
  /**
   * Makes the pod unready, as a failing probe does, or ready again. The change is in force when the promise resolves.
   */
  setReadiness(pod: string, ready: boolean): Promise<void>;
  /**
   * Follows all pods, Services, HTTPRoutes and Ingresses of the namespace. The returned function lists every state that
   * they had together, from now until its call. The order is that in which the API server wrote the states.
   */
  watch(): Promise<() => Promise<readonly (readonly ClusterObject[])[]>>;
  close(): Promise<void>;
}
export type OpenClusterStage = () => Promise<ClusterStage>;
