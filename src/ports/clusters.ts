/** The API servers of clusters, reached without kubectl, from a function: for a look, or for one change. */
import type { BrakeOrder } from '../domain/workload/brake-order.ts';
import type { Cluster } from './cluster.ts';

export type ReachedCluster = Pick<Cluster, 'get' | 'list' | 'replace'> & Brake;

export interface Brake {
  /**
   * Makes the change in one request, as field manager `slipway-brake`. `elsewhere`: the object is not as the order expects it,
   * or has gone, and nothing was changed; so a repetition of an order that was carried out says `elsewhere`.
   */
  brake(order: BrakeOrder): Promise<'braked' | 'elsewhere'>;
}

export interface Clusters {
  /** Null: it cannot be reached from here, and the task in CodeBuild does all. */
  reach(cluster: string): Promise<ReachedCluster | null>;
}
