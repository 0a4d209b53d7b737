/**
 * Reads what the other workloads of a namespace need: the versions that they have live, are trying, or had before. It
 * changes nothing.
 */

import { isSlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import type { NeededVersion, Needs, OtherWorkload } from '../../domain/workload/needed-objects.ts';
import { isAlive } from '../../domain/workload/received-share.ts';
import { versionLabels } from '../../domain/workload/stored-version.ts';
import { isOwn, liveVersion, specOf, templateOf } from '../../domain/workload/workload-objects.ts';
import { NO_VERSION, type WorkloadRecord } from '../../domain/workload/workload-record.ts';
import { type ClusterPorts, keptVersion, objectsIn, recordIn } from './workload-store.ts';

type OnCluster = Pick<ClusterPorts, 'cluster'>;

/**
 * Returns null when a Deployment has a version whose manifests are lost: then it is not known what that workload needs.
 */
export async function needsOfOtherWorkloads(ports: OnCluster, target: WorkloadTarget): Promise<Needs | null> {
  const { namespace, workload } = target;
  const [records, deployments, pods] = await Promise.all([
    ports.cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, labels: { 'slipway/holds': 'record' } }),
    ports.cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace }),
    ports.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace }),
  ]);
  const names = [...records, ...deployments].flatMap(({ metadata }) => metadata.labels?.['slipway/workload'] ?? []);
  const others = [...new Set(names)].filter((name) => name !== workload);
  const workloads = await Promise.all(
    others.map((other) => otherWorkload(ports, { target: { ...target, workload: other }, records, deployments })),
  );
  if (workloads.includes(null)) return null;
  // By now, the pods of this workload are of the live version or are ending.
  const foreign = pods.filter((pod) => isAlive(pod) && !isOwn(pod, target));
  return {
    workloads: workloads.flatMap((other) => other ?? []),
    pods: [...deployments.map((one) => specOf(templateOf(one))), ...foreign.map(specOf)],
  };
}

interface Found {
  /** The target of the other workload; its route is not known. */
  readonly target: WorkloadTarget;
  readonly records: readonly ClusterObject[];
  readonly deployments: readonly ClusterObject[];
}

async function otherWorkload(ports: OnCluster, found: Found): Promise<OtherWorkload | null> {
  const { target, records, deployments } = found;
  const { namespace, workload } = target;
  const record = readable(records.find((one) => isOwn(one, target)));
  const running = deployments.filter((one) => isOwn(one, target) && liveVersion(one) !== null);
  const versions: NeededVersion[] = [];
  for (const [version, as] of namedVersions(record, { workload, running })) {
    const objects = await keptVersion(ports, { target, version });
    if (objects === null && running.some((one) => liveVersion(one) === version)) return null;
    if (objects !== null) versions.push({ as, objects });
  }
  if (record === null) versions.push(...(await allKept(ports, target)));
  return { namespace, workload, routes: record?.routes ?? [], versions };
}

/** Names each version once, with the strongest of its needs. */
function namedVersions(
  record: WorkloadRecord | null,
  { workload, running }: { readonly workload: string; readonly running: readonly ClusterObject[] },
): ReadonlyMap<string, NeededVersion['as']> {
  const named = new Map<string, NeededVersion['as']>();
  const name = (version: string | null, as: NeededVersion['as']) => {
    if (version !== null && version !== NO_VERSION && !named.has(version)) named.set(version, as);
  };
  name(record?.stable ?? null, 'live');
  // During a promotion the Deployment may still have the version before. Without a record, only the Deployment says
  // what is live.
  for (const one of running) name(liveVersion(one), one.metadata.name === workload ? 'live' : 'tried');
  name(record?.canary ?? null, 'tried');
  name(record?.before ?? null, 'before');
  return named;
}

/** Without a record it is not known which version was before: it may be any stored version. */
async function allKept({ cluster }: OnCluster, target: WorkloadTarget): Promise<readonly NeededVersion[]> {
  const { namespace } = target;
  const kept = await cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, labels: versionLabels(target) });
  return kept.flatMap((stored) => {
    const objects = ifReadable(() => objectsIn(stored));
    return objects === null ? [] : [{ as: 'before' as const, objects }];
  });
}

function readable(stored: ClusterObject | undefined): WorkloadRecord | null {
  return stored === undefined ? null : ifReadable(() => recordIn(stored));
}

/** Returns null for an object that another tool or person has changed, and that therefore says nothing. */
function ifReadable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isSlipwayError(error, 'Broken')) return null;
    throw error;
  }
}
