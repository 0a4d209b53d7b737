/**
 * The record of a workload, in one ConfigMap in the cluster: which versions should be live, and whose order that is. It
 * is for a workload what an alias is for a Lambda function. Its resourceVersion protects the workload against
 * concurrent writers, and the pods follow it.
 */
import { SlipwayError } from '../errors.ts';
import type { Route, WorkloadTarget } from '../service/service-spec.ts';
import type { ClusterObject, ObjectRef } from './cluster-object.ts';
import { KEPT_BY_CLEANERS } from './stored-version.ts';

/** The stable version of a workload that has never had one. */
export const NO_VERSION = 'none';

export interface WorkloadRecord {
  /** The fencing token of the deployment that wrote the record last. An order with a smaller token is fenced off. */
  readonly fence: number;
  readonly deploymentId: string;
  /** True when the deployment was rolled back: then none of its orders goes forward any more. */
  readonly closed: boolean;
  readonly stable: string;
  readonly canary: string | null;
  /** 0 to 100. */
  readonly canaryPercent: number;
  /** The share of the calls, 0 to 100, that the version of the last order had before that order. */
  readonly was: number;
  /** The version before. Its manifests are stored for a rollback. */
  readonly before: string;
  /** What the current holder removed of a deployment that it superseded. */
  readonly cleared: Cleared | null;
  /**
   * Set when evidence speaks against the canary that a rollback takes the calls off. Then every order of this rollback
   * takes all calls off that canary at once. `after` is the record's revision that an earlier order of this rollback
   * wrote, by which the ledger may know the rollback. It is null when there was no earlier order.
   */
  readonly accused: { readonly after: string | null } | null;
  /**
   * The routes that may have led calls to a canary, the current route first. A rollback sets all of them back to
   * stable.
   */
  readonly routes: readonly Route[];
}

export interface Cleared {
  readonly deploymentId: string;
  /** The share of the calls that its canary had, 0 to 100. */
  readonly percent: number;
  /** The revision that the deployment left. By it the ledger tells whether the removal is already recorded. */
  readonly revision: string;
}

/** Identifies the order's deployment to the record. */
export interface Holder {
  readonly deploymentId: string;
  readonly fence: number;
}

export interface Split {
  readonly stable: string;
  readonly canary: string | null;
  readonly canaryPercent: number;
}

export interface StoredRecord {
  readonly record: WorkloadRecord;
  /** The ConfigMap's resourceVersion; null when the ConfigMap does not exist yet. */
  readonly revision: string | null;
}

/** The record before the first deployment, or after another tool or person deleted it. */
export const FRESH: StoredRecord = {
  record: {
    fence: 0,
    deploymentId: '',
    closed: false,
    stable: NO_VERSION,
    canary: null,
    canaryPercent: 0,
    was: 0,
    before: NO_VERSION,
    cleared: null,
    accused: null,
    routes: [],
  },
  revision: null,
};

/** Replaces a record that is gone: it has the version of the workload's own Deployment. */
export function recordOf(stable: string): StoredRecord {
  return { record: { ...FRESH.record, stable, before: stable }, revision: null };
}

export function recordRef({ namespace, workload }: WorkloadTarget): ObjectRef {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `slipway-${workload}`, namespace } };
}

export function recordObject(target: WorkloadTarget, { record, revision }: StoredRecord): ClusterObject {
  const { apiVersion, kind, metadata } = recordRef(target);
  return {
    apiVersion,
    kind,
    metadata: {
      ...metadata,
      labels: { 'slipway/workload': target.workload, 'slipway/holds': 'record', ...KEPT_BY_CLEANERS },
      ...(revision === null ? {} : { resourceVersion: revision }),
    },
    data: { record: JSON.stringify(record) },
  };
}

/**
 * Throws Conflict when a later deployment now holds the workload, or when the deployment was rolled back and must not
 * go forward.
 */
export function admitForward({ record }: StoredRecord, { deploymentId, fence }: Holder): void {
  admitHolder(record, { deploymentId, fence });
  if (record.closed && record.deploymentId === deploymentId) {
    throw new SlipwayError(
      'Conflict',
      `Deployment ${deploymentId} was taken back, so it does not go forward any more.`,
    );
  }
}

/** Throws Conflict when a later deployment now holds the workload. */
export function admitHolder(record: WorkloadRecord, { deploymentId, fence }: Holder): void {
  if (fence >= record.fence) return;
  throw new SlipwayError(
    'Conflict',
    `Deployment ${deploymentId} comes too late: the workload belongs to ${record.deploymentId} now. There is nothing left to do for it.`,
  );
}

export function holdsSplit(record: WorkloadRecord, { stable, canary, canaryPercent }: Split): boolean {
  return record.stable === stable && record.canary === canary && record.canaryPercent === canaryPercent;
}

/** The share of the calls, 0 to 100, that the record gives to a version. */
export function shareOf({ stable, canary, canaryPercent }: Split, version: string): number {
  if (version === canary) return canaryPercent;
  return version === stable ? 100 - canaryPercent : 0;
}

/** The split with all calls on one version. A promoted rollout has only one version too. */
export function homeOf(version: string): Split {
  return { stable: version, canary: null, canaryPercent: 0 };
}

export interface Claimed {
  readonly holder: Holder;
  readonly split: Split;
  readonly closed: boolean;
  readonly before: string;
  /** The version that the order is about; null when it is about none. */
  readonly about: string | null;
  readonly cleared: Cleared | null;
  readonly isCanaryBad?: boolean;
  /** The revision of the stored record. */
  readonly revision?: string | null;
  /** The route through which the order leads the calls. */
  readonly route: Route;
}

/** Each route belongs to one deployment, and a deployment removes what the deployment before it left. */
const ROUTES_KNOWN = 3;

/**
 * The record after an order. A repeated order gives the same record, so the share that was found before the first try
 * stays known.
 */
export function claimed(record: WorkloadRecord, claim: Claimed): WorkloadRecord {
  const { holder, split, closed, before, about, route, isCanaryBad = false, revision = null } = claim;
  const { deploymentId, fence } = holder;
  const isOwn = record.deploymentId === deploymentId;
  const isKnown =
    isOwn &&
    record.fence === fence &&
    record.closed === closed &&
    record.before === before &&
    isSameRoute(record.routes[0], route) &&
    holdsSplit(record, split);
  if (isKnown) return isCanaryBad && record.accused === null ? { ...record, accused: { after: revision } } : record;
  // The same rollback again, to another version than the one that it first found.
  const isCorrected = isOwn && closed && record.closed;
  const accused = isCanaryBad ? { after: null } : isCorrected ? record.accused : null;
  const was = about === null ? 0 : isCorrected ? record.was : shareOf(record, about);
  // An earlier try of this order may have removed it and then stopped, so that the ledger does not know it yet.
  const cleared = claim.cleared ?? (isOwn ? record.cleared : null);
  const others = record.routes.filter((other) => !isSameRoute(other, route));
  const routes = [route, ...others].slice(0, ROUTES_KNOWN);
  return { deploymentId, fence, ...split, closed, before, was, cleared, accused, routes };
}

export function isSameRoute(one: Route | undefined, other: Route): boolean {
  const nameOf = (route: Route) => ('name' in route ? route.name : null);
  return one !== undefined && one.kind === other.kind && nameOf(one) === nameOf(other);
}

/**
 * What an order starts from when its deployment superseded others. Those were not promoted, whatever their step was. So
 * the version before them is the stable one.
 */
export function groundOf(
  { record, revision }: StoredRecord,
  clears: readonly string[],
): { readonly stable: string; readonly cleared: Cleared | null } {
  const { deploymentId, stable, canary, before, closed, was } = record;
  if (revision === null || !clears.includes(deploymentId)) return { stable, cleared: null };
  // The superseded deployment had begun its own rollback, and may have been fenced off before the ledger knew it. The
  // ledger knows this rollback by the revision that its first order left.
  const known = record.accused?.after ?? revision;
  if (closed) return { stable, cleared: was === 0 ? record.cleared : { deploymentId, percent: was, revision: known } };
  const tried = canary ?? (stable === before ? null : stable);
  // Or the superseded deployment had removed what another one left, and was itself superseded before it could report
  // that.
  if (tried === null) return { stable, cleared: record.cleared };
  return { stable: before, cleared: { deploymentId, percent: shareOf(record, tried), revision } };
}
