/**
 * What Slipway keeps in the cluster beside a workload, in one ConfigMap: which versions are wanted live, and who says so.
 * It is to a Kubernetes workload what an alias is to a Lambda function: its resourceVersion is the revision that keeps two
 * hands off one workload, and the pods follow it.
 */
import { SlipwayError } from '../errors.ts';
import type { Route, WorkloadTarget } from '../service/service-spec.ts';
import type { ClusterObject, ObjectRef } from './cluster-object.ts';
import { KEPT_BY_CLEANERS } from './stored-version.ts';

/** The stable version of a workload that has never had one. */
export const NO_VERSION = 'none';

export interface WorkloadRecord {
  /** The fencing token of the deployment that wrote it last; an order with a smaller one comes too late. */
  readonly fence: number;
  readonly deploymentId: string;
  /** The deployment was taken back: no order of it goes forward any more. */
  readonly closed: boolean;
  readonly stable: string;
  readonly canary: string | null;
  /** 0 to 100. */
  readonly canaryPercent: number;
  /** Share of the calls, 0 to 100, that the version which the last order was about had before it. */
  readonly was: number;
  /** The version before, whose manifests are kept for the way back. */
  readonly before: string;
  /** What the present holder cleared of a deployment that it took the place of. */
  readonly cleared: Cleared | null;
  /**
   * Something speaks against the canary that a way back takes the calls off: every order of that way back leaves it at once.
   * `after`: the revision of the record that an earlier order of it had written, by which the ledger may know it; null: none had.
   */
  readonly accused: { readonly after: string | null } | null;
  /** The ways by which calls may have been led to a canary, the present one first: a way back leads home all of them. */
  readonly routes: readonly Route[];
}

export interface Cleared {
  readonly deploymentId: string;
  /** Share of the calls that its canary had, 0 to 100. */
  readonly percent: number;
  /** The revision that it left: by it the ledger tells whether it knows of the clearing. */
  readonly revision: string;
}

/** Whose order it is, as the record must know it. */
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
  /** The ConfigMap's resourceVersion; null: it is not there yet. */
  readonly revision: string | null;
}

/** Before the first deployment, or after somebody deleted the record. */
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

/** What stands in for a record that is gone: the version that the workload's own Deployment has. */
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

/** Throws Conflict when somebody else has the workload now, or the deployment was taken back and may not go forward. */
export function admitForward({ record }: StoredRecord, { deploymentId, fence }: Holder): void {
  admitHolder(record, { deploymentId, fence });
  if (record.closed && record.deploymentId === deploymentId) {
    throw new SlipwayError(
      'Conflict',
      `Deployment ${deploymentId} was taken back, so it does not go forward any more.`,
    );
  }
}

/** Throws Conflict when a later deployment has the workload now. */
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

/** Share of the calls, 0 to 100, that the record gives to a version. */
export function shareOf({ stable, canary, canaryPercent }: Split, version: string): number {
  if (version === canary) return canaryPercent;
  return version === stable ? 100 - canaryPercent : 0;
}

/** Where an order wants the calls. At 100 % a rollout that is promoted has one version only. */
export function homeOf(version: string): Split {
  return { stable: version, canary: null, canaryPercent: 0 };
}

export interface Claimed {
  readonly holder: Holder;
  readonly split: Split;
  readonly closed: boolean;
  readonly before: string;
  /** The version that the order is about; null: about none. */
  readonly about: string | null;
  readonly cleared: Cleared | null;
  readonly isCanaryBad?: boolean;
  /** Of the record that is there. */
  readonly revision?: string | null;
  /** By which the order leads the calls. */
  readonly route: Route;
}

/** Each belongs to one deployment, and a deployment clears what the one before it left. */
const ROUTES_KNOWN = 3;

/** The record after an order; the very same one when the order is repeated, so that what was found before it stays known. */
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
  // The same way back, to another home than it had found at first.
  const isCorrected = isOwn && closed && record.closed;
  const accused = isCanaryBad ? { after: null } : isCorrected ? record.accused : null;
  const was = about === null ? 0 : isCorrected ? record.was : shareOf(record, about);
  // A first order that died had cleared it already, and nobody has heard of it yet.
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
 * What an order stands on whose deployment took the place of others. They were not promoted, whatever step they were in when
 * they lost their place; so the version before them is the stable one.
 */
export function groundOf(
  { record, revision }: StoredRecord,
  clears: readonly string[],
): { readonly stable: string; readonly cleared: Cleared | null } {
  const { deploymentId, stable, canary, before, closed, was } = record;
  if (revision === null || !clears.includes(deploymentId)) return { stable, cleared: null };
  // Its own way back was begun, and may have been overtaken before anybody heard of it.
  // The ledger knows it by the revision that the first order of it left.
  const known = record.accused?.after ?? revision;
  if (closed) return { stable, cleared: was === 0 ? record.cleared : { deploymentId, percent: was, revision: known } };
  const tried = canary ?? (stable === before ? null : stable);
  // Or it has cleared another one's, and lost its place before it could say so.
  if (tried === null) return { stable, cleared: record.cleared };
  return { stable: before, cleared: { deploymentId, percent: shareOf(record, tried), revision } };
}
