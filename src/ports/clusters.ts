/** Reaches the API server of a cluster directly from a function, without kubectl: to look, or to make one change. */
import type { BrakeOrder } from '../domain/workload/brake-order.ts';
import type { Cluster } from './cluster.ts';

export type ReachedCluster = Pick<Cluster, 'get' | 'list' | 'replace'> & Brake;

export interface Brake {
  /**
   * Makes the change in one request, as field manager `slipway-brake`. Returns `elsewhere`, and changes nothing, when
   * the object is gone or is not as the order expects it. Repeating an order that succeeded therefore returns
   * `elsewhere`.
   */
  brake(order: BrakeOrder): Promise<'braked' | 'elsewhere'>;
}

export interface Clusters {
  /** Returns null when this function cannot reach the cluster; then the task in CodeBuild does all the work. */
  reach(cluster: string): Promise<ReachedCluster | null>;
}
