/**
 * A stage for the contract of the port Cluster: an empty namespace, on three nodes with room for 20 small pods. Images
 * behave as their names say, and whoever implements it says how time passes.
 */

import type { ClusterDone, ClusterOrder } from '../../src/domain/orders/cluster-order.ts';
import type { Permission } from '../../src/domain/workload/cluster-call.ts';
import type { ClusterObject, ObjectRef } from '../../src/domain/workload/cluster-object.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import type { Clusters } from '../../src/ports/clusters.ts';

export interface ClusterStage {
  readonly cluster: Cluster;
  /** The same API server as a function of Slipway reaches it, with no more rights than that has. */
  readonly clusters: Clusters;
  readonly clock: Clock;
  readonly namespace: string;
  readonly images: {
    readonly good: string;
    /** Cannot be pulled. */
    readonly missing: string;
    /** Ends soon after it has started, every time. */
    readonly crashing: string;
    /** Runs, and is never ready. */
    readonly unready: string;
  };
  /** Lets time pass, in small steps, until the condition holds; fails with `what` when it takes far too long. */
  settle(condition: () => Promise<boolean>, what: string): Promise<void>;
  /** Somebody else applies the fields, by server-side apply as field manager `somebody`, whoever owns them. */
  changeByHand(ref: ObjectRef, fields: Readonly<Record<string, unknown>>): Promise<void>;
  /** Another tool makes the object, under its own name, as `kubectl create`, Helm and Argo CD do. */
  makeBy(tool: string, object: ClusterObject): Promise<void>;
  /** Writes the status of the object, as the controller of its kind does. */
  writeStatus(ref: ObjectRef, status: object): Promise<void>;
  /** A connection of somebody who may do this in the namespace, and nothing else. */
  restricted(permissions: readonly Permission[]): Promise<Cluster>;
  /** Allows the namespace so many pods, from when it returns. */
  quota(pods: number): Promise<void>;
  /** Writes a folder of manifests, and returns what `build` finds it by. */
  folder(objects: readonly ClusterObject[]): Promise<string>;
  /** Carries an order to the cluster out, as the task does; throws what it fails with. */
  carryOut(order: ClusterOrder): Promise<ClusterDone>;
  /** Sets an order going. On a simulated cluster time passes for it only in `settle`. */
  start(order: ClusterOrder): Promise<ClusterDone>;
  /** Takes the readiness from the pod, as a failing probe does, or gives it back; from when it returns. */
  setReadiness(pod: string, ready: boolean): Promise<void>;
  /**
   * Follows all pods, Services, HTTPRoutes and Ingresses of the namespace. Returns what tells every state that they had together
   * from now on, in the order in which the API server wrote it, up to the moment in which it is asked.
   */
  watch(): Promise<() => Promise<readonly (readonly ClusterObject[])[]>>;
  close(): Promise<void>;
}
export type OpenClusterStage = () => Promise<ClusterStage>;
