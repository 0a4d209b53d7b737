/** The objects of one Kubernetes cluster. */

import type { ApplyOrder, ChangeQuery, ListQuery, Permission } from '../domain/workload/cluster-call.ts';
import type { ClusterObject, ObjectRef } from '../domain/workload/cluster-object.ts';
import type { Changes } from './changes.ts';

/**
 * The objects of one Kubernetes cluster. Beyond Transient and Broken (forbidden by RBAC, kubectl missing or too old) it
 * throws InvalidRequest for what the API server refuses (a bad manifest, an immutable field, a quota), and NotFound for a
 * namespace or a kind of object that is not there. Every message names the object and says the API server's reason.
 */
export interface Cluster {
  /** Null when there is no such object, or no such namespace. */
  get(ref: ObjectRef): Promise<ClusterObject | null>;
  /** All objects of a kind in a namespace that carry all of the labels, by name. */
  list(query: ListQuery): Promise<readonly ClusterObject[]>;
  /**
   * Server-side apply as field manager `slipway`, one object after the other, and returns them as they are then. What an
   * earlier apply had set and this one leaves out is removed. Repeatable. Throws Conflict, with the manager's name, when
   * another manager owns a field that it would change; what came before that object is applied.
   */
  apply(order: ApplyOrder): Promise<readonly ClusterObject[]>;
  /**
   * With a resourceVersion: replaces the whole object, or throws Conflict and changes nothing when it has changed since
   * (or has gone: NotFound). Without one: creates it, or throws Conflict when it is there already.
   */
  replace(object: ClusterObject): Promise<ClusterObject>;
  /** Sets the number of pods of a Deployment by its scale subresource, as an autoscaler does. Repeatable. Throws NotFound. */
  scale(ref: ObjectRef, replicas: number): Promise<void>;
  /** Deletes the objects and, in the background, what they own. One that is not there is no error. Does not wait. */
  remove(refs: readonly ObjectRef[]): Promise<void>;
  /**
   * Follows all objects that one of the queries selects. Resolves once it does: no change after that is missed. Never throws: where
   * changes cannot be followed, for want of the permission `watch` for example, its waits last a second at most.
   */
  changes(queries: readonly ChangeQuery[]): Promise<Changes>;
  /** Those of the permissions that Slipway does not have in the namespace. */
  denied(namespace: string, asked: readonly Permission[]): Promise<readonly Permission[]>;
  /** The objects that a folder of manifests, with or without a kustomization, stands for. Throws InvalidRequest or NotFound. */
  build(folder: string): Promise<readonly ClusterObject[]>;
  /** What an apply of the objects would change, as a unified diff; empty when nothing. */
  diff(objects: readonly ClusterObject[]): Promise<string>;
}
