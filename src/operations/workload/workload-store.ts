/**
 * What Slipway stores about a workload in its cluster: the record of what is wanted live, and the manifests of
 * versions.
 */
import * as z from 'zod/mini';
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import { versionObject, versionRef } from '../../domain/workload/stored-version.ts';
import { deploymentRef, fieldsOf, isOwn, liveVersion, type Track } from '../../domain/workload/workload-objects.ts';
import {
  type Cleared,
  claimed,
  FRESH,
  type Holder,
  recordObject,
  recordOf,
  recordRef,
  type Split,
  type StoredRecord,
  type WorkloadRecord,
} from '../../domain/workload/workload-record.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { Pause } from '../../ports/pause.ts';
import { RouteForm } from '../../spec/kubernetes-target.ts';

/** All ports that an order to a cluster acts through. */
export interface ClusterPorts {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly pause: Pause;
}

type OnCluster = Pick<ClusterPorts, 'cluster'>;

const Recorded = z.object({
  fence: z.number(),
  deploymentId: z.string(),
  closed: z.boolean(),
  stable: z.string(),
  canary: z.nullable(z.string()),
  canaryPercent: z.number(),
  was: z.number(),
  before: z.string(),
  cleared: z.nullable(z.object({ deploymentId: z.string(), percent: z.number(), revision: z.string() })),
  // A record of an older version does not have these fields.
  accused: z._default(z.nullable(z.object({ after: z.nullable(z.string()) })), null),
  routes: z._default(z.array(RouteForm), []),
}) satisfies z.ZodMiniType<WorkloadRecord>;

const Objects = z.array(
  z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: z.looseObject({ name: z.string() }) }),
);

export async function readRecord({ cluster }: OnCluster, target: WorkloadTarget): Promise<StoredRecord> {
  const found = await cluster.get(recordRef(target));
  if (found === null) return withoutRecord(cluster, target);
  const record = recordIn(found);
  return { record, revision: found.metadata.resourceVersion ?? null };
}

/** Throws Broken when another tool or person has changed the record. */
export function recordIn(stored: ClusterObject): WorkloadRecord {
  return parsed(Recorded, { object: stored, field: 'record' });
}

/** A deleted record loses nothing: the Deployment says which version it has. */
async function withoutRecord(cluster: Cluster, target: WorkloadTarget): Promise<StoredRecord> {
  const version = await versionOn({ cluster }, { target, track: 'stable' });
  return version === null ? FRESH : recordOf(version);
}

/**
 * Returns the version of the workload's Deployment of a track. Returns null when there is none, or when it is not
 * Slipway's.
 */
export async function versionOn(
  { cluster }: OnCluster,
  { target, track }: { readonly target: WorkloadTarget; readonly track: Track },
): Promise<string | null> {
  const live = await cluster.get(deploymentRef(target, track));
  return live === null || !isOwn(live, target) ? null : liveVersion(live);
}

export interface ClaimOrder {
  readonly target: WorkloadTarget;
  readonly holder: Holder;
  readonly closed: boolean;
  /** The version that the order is about; null when it is about none. */
  readonly about: string | null;
  /** Throws when the order may not be carried out on what is recorded. Otherwise returns what to record. */
  readonly decide: (stored: StoredRecord) => {
    readonly split: Split;
    readonly before?: string;
    readonly cleared?: Cleared | null;
  };
  readonly isCanaryBad?: boolean;
}

const CLAIM_TRIES = 5;

/**
 * Records what the order wants before the order acts: an order that held the workload until then sees this and stops.
 */
export async function claimWorkload(ports: OnCluster, order: ClaimOrder): Promise<StoredRecord> {
  for (let tries = 0; tries < CLAIM_TRIES; tries += 1) {
    const found = await readRecord(ports, order.target);
    const { split, before = found.record.before, cleared = null } = order.decide(found);
    const { revision } = found;
    const record = claimed(found.record, { ...order, split, before, cleared, revision, route: order.target.route });
    if (record === found.record) return found;
    const written = await writeRecord(ports, { target: order.target, record, revision });
    if (written !== null) return written;
  }
  throw new SlipwayError(
    'Transient',
    `The record of ${order.target.workload} changed ${CLAIM_TRIES} times while Slipway wrote it. Another deployment is at work; this is tried again.`,
  );
}

/** Returns null when another writer was first. */
export async function writeRecord(
  { cluster }: OnCluster,
  { target, ...stored }: StoredRecord & { readonly target: WorkloadTarget },
): Promise<StoredRecord | null> {
  try {
    const written = await cluster.replace(recordObject(target, stored));
    return { record: stored.record, revision: written.metadata.resourceVersion ?? null };
  } catch (error) {
    // Another writer changed the record, or deleted it since it was read.
    const isChanged =
      isSlipwayError(error, 'Conflict') || (isSlipwayError(error, 'NotFound') && stored.revision !== null);
    if (isChanged) return null;
    throw error;
  }
}

/** Returns the manifests of a version. Throws NotFound when they are not stored. */
export async function readVersion(ports: OnCluster, order: KeptVersion): Promise<readonly ClusterObject[]> {
  const found = await findVersion(ports, order);
  if (found !== null) return found;
  const { target, version } = order;
  throw new SlipwayError(
    'NotFound',
    `The manifests of version ${version} of ${target.workload} are not kept in namespace ${target.namespace}. Deploy its image anew.`,
  );
}

export interface KeptVersion {
  readonly target: WorkloadTarget;
  readonly version: string;
}

/** Returns null when the manifests are not stored. */
export async function findVersion(
  { cluster }: OnCluster,
  { target, version }: KeptVersion,
): Promise<readonly ClusterObject[] | null> {
  const found = await cluster.get(versionRef(target, version));
  return found === null ? null : objectsIn(found);
}

/**
 * Returns the manifests of a version; null when they are not stored or cannot be read. For a rollback that can do
 * without them.
 */
export async function keptVersion(ports: OnCluster, order: KeptVersion): Promise<readonly ClusterObject[] | null> {
  try {
    return await findVersion(ports, order);
  } catch (error) {
    if (isSlipwayError(error, 'Broken')) return null;
    throw error;
  }
}

/** Returns what a stored version holds. Throws Broken when another tool or person has changed it. */
export function objectsIn(stored: ClusterObject): readonly ClusterObject[] {
  return parsed(Objects, { object: stored, field: 'objects' }) as readonly ClusterObject[];
}

/** Repeatable: the same version has the same manifests. */
export async function keepVersion(
  { cluster }: OnCluster,
  order: {
    readonly target: WorkloadTarget;
    readonly version: string;
    readonly objects: readonly ClusterObject[];
    readonly deploymentId: string;
  },
): Promise<void> {
  const object = versionObject(order.target, order);
  try {
    await cluster.replace(object);
  } catch (error) {
    if (!isSlipwayError(error, 'Conflict')) throw error;
    await markUsed(cluster, object);
  }
}

/**
 * A version that is deployed again becomes as new as a version that was made for the deployment. So it is not the next
 * to be deleted.
 */
async function markUsed(cluster: Cluster, { metadata, ...object }: ClusterObject): Promise<void> {
  const found = await cluster.get({ ...object, metadata });
  if (found === null) return;
  try {
    await cluster.replace({ ...found, metadata: { ...found.metadata, annotations: metadata.annotations ?? {} } });
  } catch (error) {
    // Another process does the same at this moment.
    if (!isSlipwayError(error, 'Conflict')) throw error;
  }
}

function parsed<T>(schema: z.ZodMiniType<T>, { object, field }: { object: ClusterObject; field: string }): T {
  const { name, namespace } = object.metadata;
  try {
    return schema.parse(JSON.parse(String(fieldsOf(object.data)[field])));
  } catch (cause) {
    throw new SlipwayError(
      'Broken',
      `ConfigMap ${namespace}/${name} cannot be read: somebody else than Slipway changed it. Restore it, or delete it and deploy anew.`,
      { cause },
    );
  }
}
