/** The objects of one Kubernetes cluster. */

import type { ApplyOrder, ChangeQuery, ListQuery, Permission } from '../domain/workload/cluster-call.ts';
import type { ClusterObject, ObjectRef } from '../domain/workload/cluster-object.ts';
import type { Changes } from './changes.ts';

/**
 * Reads and changes the objects of one Kubernetes cluster. Every error message names the object and the reason of the
 * API server. Besides Transient, the methods throw:
 * * Broken when RBAC forbids the call, or kubectl is missing or too old.
 * * InvalidRequest when the API server refuses the object (a bad manifest, an immutable field, a quota).
 * * NotFound when a namespace or a kind of object does not exist.
 */
export interface Cluster {
  /** Returns null when the object or its namespace does not exist. */
  get(ref: ObjectRef): Promise<ClusterObject | null>;
  /** Returns all objects of a kind in a namespace that have all of the labels, in the order of their names. */
  list(query: ListQuery): Promise<readonly ClusterObject[]>;
  /**
   * Server-side apply as field manager `slipway`, one object after the other. Returns the objects as they are
   * afterwards. Removes what an earlier apply had set and this apply leaves out. Repeatable.
   *
   * Throws Conflict, with the name of the manager, when another manager owns a field that the apply would change. The
   * objects before that one are applied.
   */
  apply(order: ApplyOrder): Promise<readonly ClusterObject[]>;
  /**
   * With a resourceVersion, replaces the whole object. If the object has changed since, it throws Conflict and changes
   * nothing; if the object is gone, it throws NotFound. Without a resourceVersion, creates the object; throws Conflict
   * when it already exists.
   */
  replace(object: ClusterObject): Promise<ClusterObject>;
  /**
   * Sets the number of pods of a Deployment through its scale subresource, as an autoscaler does. Repeatable. Throws
   * NotFound.
   */
  scale(ref: ObjectRef, replicas: number): Promise<void>;
  /**
   * Deletes the objects and, in the background, everything that they own. Does not wait. Repeatable: a missing object
   * is no error.
   */
  remove(refs: readonly ObjectRef[]): Promise<void>;
  /**
   * Follows all objects that one of the queries selects. After it resolves, no change is missed. Never throws. When
   * changes cannot be followed, for example without the permission `watch`, each wait lasts at most one second.
   */
  changes(queries: readonly ChangeQuery[]): Promise<Changes>;
  /** Returns the asked permissions that Slipway does not have in the namespace. */
  denied(namespace: string, asked: readonly Permission[]): Promise<readonly Permission[]>;
  /**
   * Returns the objects that a folder of manifests describes, with or without a kustomization. Throws InvalidRequest or
   * NotFound.
   */
  build(folder: string): Promise<readonly ClusterObject[]>;
  /** Returns, as a unified diff, what an apply of the objects would change; empty when it would change nothing. */
  diff(objects: readonly ClusterObject[]): Promise<string>;
}
