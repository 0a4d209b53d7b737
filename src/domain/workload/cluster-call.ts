/** The orders and queries for calls to a cluster. */
import type { ClusterObject } from './cluster-object.ts';

export interface ApplyOrder {
  readonly objects: readonly ClusterObject[];
  /** Asks the API server whether it would accept the objects, and changes nothing. */
  readonly dryRun?: boolean;
  /**
   * Takes over fields that another manager owns. It is for a rollback, which no other manager may block, for a hotfix
   * and for an adoption. It is also for the team's own route, and for fields that Slipway set by another kind of call.
   */
  readonly force?: boolean;
  /**
   * Also removes what other tools have set and these objects leave out, so that the cluster holds exactly these
   * objects. Not in a dry run.
   */
  readonly adopts?: boolean;
}

export interface Permission {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';
  /** In the plural and with its group, such as `deployments.apps` or `configmaps`. */
  readonly resource: string;
}

export interface ListQuery {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Selects the objects whose changes are followed. */
export interface ChangeQuery extends ListQuery {
  /** When left out, all objects that have the labels. */
  readonly name?: string;
}
