/** What the calls to a cluster take beside the objects themselves. */
import type { ClusterObject } from './cluster-object.ts';

export interface ApplyOrder {
  readonly objects: readonly ClusterObject[];
  /** Ask the API server whether it would take them, and change nothing. */
  readonly dryRun?: boolean;
  /** Take over fields that another manager owns: for the way back only, which nobody may block. */
  readonly force?: boolean;
  /** Besides, what tools have set and these objects leave out goes, so that they are what is there. Not in a dry run. */
  readonly adopts?: boolean;
}

export interface Permission {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';
  /** In the plural, with its group: `deployments.apps`, `configmaps`. */
  readonly resource: string;
}

export interface ListQuery {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Which objects are waited for. */
export interface ChangeQuery extends ListQuery {
  /** Left out, all of them that carry the labels. */
  readonly name?: string;
}
