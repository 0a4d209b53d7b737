/**
 * Removes what versions brought and the live one does not have: after a promotion what the version before had beyond it,
 * after a rollback what the version brought that was tried. What Slipway did not bring, and every claim of a volume, stays.
 */
import type { ClusterObject, ObjectRef } from '../../domain/cluster/cluster-object.ts';
import { isSame, leftovers } from '../../domain/cluster/objects-ahead.ts';
import { isOwn } from '../../domain/cluster/workload-objects.ts';
import { NO_VERSION, type WorkloadRecord } from '../../domain/cluster/workload-record.ts';
import { routedServices, routeRef } from '../../domain/cluster/workload-route.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service-spec.ts';
import type { Guard } from './await-pods.ts';
import { neededByOthers } from './needed-by-others.ts';
import { type ClusterPorts, objectsIn } from './workload-store.ts';

export interface LeftoverOrder {
  readonly target: WorkloadTarget;
  /** Without a canary. */
  readonly record: WorkloadRecord;
  readonly guard: Guard;
}

/** Repeatable. Does nothing when the manifests of the live version are lost: then nobody knows what it needs. */
export async function removeLeftovers(ports: ClusterPorts, order: LeftoverOrder): Promise<void> {
  const { target, record, guard } = order;
  const { namespace, workload } = target;
  const labels = { 'slipway/workload': workload };
  const configMaps = await ports.cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, labels });
  const kept = versionsAmong(configMaps);
  const needed = neededOf(kept, { target, record });
  if (needed === null) return;
  const brought = [...kept.values()].flat();
  const own = await ownAmong(ports, { target, configMaps, objects: leftovers(brought, { needed }) });
  if (own.length === 0) return;
  // Two services may share a folder, and a copy of the same configuration has the same name.
  const shared = await neededByOthers(ports, target);
  if (shared === null) return;
  const found = own.filter((object) => !shared.some((other) => isSame(object, other)));
  if (found.length === 0) return;
  await guard();
  for (const object of found) await ports.cluster.remove([object]).catch(stays);
  // A deployment that has the workload by now may need one of them, and brings it again.
  await guard();
}

type Kept = ReadonlyMap<string, readonly ClusterObject[]>;

/** One that somebody has spoilt says nothing of what it brought. */
function versionsAmong(configMaps: readonly ClusterObject[]): Kept {
  const versions = configMaps.filter(({ metadata }) => metadata.labels?.['slipway/holds'] === 'version');
  return new Map(versions.map((object) => [object.metadata.labels?.['slipway/version'] ?? '', readable(object)]));
}

function readable(stored: ClusterObject): readonly ClusterObject[] {
  try {
    return objectsIn(stored);
  } catch (error) {
    stays(error);
    return [];
  }
}

/** With what leads calls to the workload, and what the version before has mounted, so that kubectl can undo by hand. */
function neededOf(
  kept: Kept,
  { target, record }: Pick<LeftoverOrder, 'target' | 'record'>,
): readonly ObjectRef[] | null {
  const { namespace, workload } = target;
  const route = routeRef(target) ?? [];
  if (record.stable === NO_VERSION) return [route].flat();
  const live = kept.get(record.stable) ?? [];
  if (live.length === 0) return null;
  const before = kept.get(record.before) ?? [];
  return [
    ...[route].flat(),
    { apiVersion: 'v1', kind: 'Service', metadata: { name: workload, namespace } },
    ...live,
    ...routedServices(live, { target, canaryPercent: 0 }),
    ...before.filter(({ kind, immutable }) => kind === 'ConfigMap' && immutable === true),
  ];
}

async function ownAmong(
  { cluster }: ClusterPorts,
  order: {
    readonly target: WorkloadTarget;
    readonly configMaps: readonly ClusterObject[];
    readonly objects: readonly ClusterObject[];
  },
): Promise<readonly ClusterObject[]> {
  const { target, configMaps, objects } = order;
  const found = await Promise.all(
    objects.map((object) =>
      object.kind === 'ConfigMap'
        ? configMaps.find(({ metadata }) => metadata.name === object.metadata.name)
        : cluster.get(object).catch(stays),
    ),
  );
  return found.flatMap((object) => (object && isOwn(object, target) ? [object] : []));
}

/** An object that Slipway may not read or delete, or whose kind is gone, stays: no way back fails because of it. */
function stays(error: unknown): null {
  if (!isSlipwayError(error) || error.name === 'Transient') throw error;
  return null;
}
