/**
 * Removes objects that versions brought and the live version does not have. After a promotion, these are the extra
 * objects of the version before; after a rollback, the objects of the version that was tried. Objects that Slipway did
 * not bring, that another workload of the namespace needs, and all volume claims stay.
 */

import { isSlipwayError } from '../../domain/errors.ts';
import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { ClusterObject, ObjectRef } from '../../domain/workload/cluster-object.ts';
import { isNeeded, type Needs, requiredObjects } from '../../domain/workload/needed-objects.ts';
import { isSame, leftovers } from '../../domain/workload/objects-ahead.ts';
import { versionLabels } from '../../domain/workload/stored-version.ts';
import { isBrought } from '../../domain/workload/workload-objects.ts';
import { NO_VERSION, type WorkloadRecord } from '../../domain/workload/workload-record.ts';
import { routedServices, routeRef } from '../../domain/workload/workload-route.ts';
import type { Guard } from './await-pods.ts';
import { needsOfOtherWorkloads } from './other-workloads.ts';
import { type ClusterPorts, objectsIn } from './workload-store.ts';

export interface LeftoverOrder {
  readonly target: WorkloadTarget;
  /** A record without a canary. */
  readonly record: WorkloadRecord;
  readonly guard: Guard;
}

/**
 * Repeatable. Does nothing when the manifests of a live version are lost, of this workload or of another in the
 * namespace. Then it is not known what that version needs.
 */
export async function removeLeftovers(ports: ClusterPorts, order: LeftoverOrder): Promise<void> {
  const { target, record, guard } = order;
  const { namespace } = target;
  const stored = await ports.cluster.list({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace,
    labels: versionLabels(target),
  });
  const kept = versionsAmong(stored);
  const needed = neededOf(kept, { target, record });
  if (needed === null) return;
  const over = leftovers([...kept.values()].flat(), { needed });
  const needs = over.length === 0 ? null : await needsOfOtherWorkloads(ports, target);
  if (needs === null) return;
  const found = await broughtAmong(
    ports,
    over.filter((object) => !isNeeded(object, needs)),
  );
  if (found.length > 0) {
    await guard();
    for (const object of found) await ports.cluster.remove([object]).catch(stays);
    // A deployment that holds the workload by now may need one of these objects, and brings it again.
    await guard();
  }
  await restoreRequired(ports, {
    over,
    needs: found.length === 0 ? needs : await needsOfOtherWorkloads(ports, target),
  });
}

/**
 * An order of another workload may have begun to need an object while this order removed it. That order writes its
 * record before it applies anything. So either this order sees the record, or the apply comes after the removal.
 */
async function restoreRequired(
  ports: ClusterPorts,
  { over, needs }: { readonly over: readonly ClusterObject[]; readonly needs: Needs | null },
): Promise<void> {
  if (needs === null) return;
  const required = requiredObjects(needs).filter(
    (object) => isBrought(object) && over.some((one) => isSame(one, object)),
  );
  for (const object of required) {
    const isMissing = (await ports.cluster.get(object).catch(unread)) === null;
    if (isMissing) await ports.cluster.apply({ objects: [object] }).catch(stays);
  }
}

/** An object that cannot be read is not known to be missing. */
function unread(error: unknown): undefined {
  stays(error);
  return undefined;
}

type Kept = ReadonlyMap<string, readonly ClusterObject[]>;

/** A stored version that another tool or person has damaged does not say what it brought. */
function versionsAmong(stored: readonly ClusterObject[]): Kept {
  return new Map(stored.map((object) => [object.metadata.labels?.['slipway/version'] ?? '', readable(object)]));
}

function readable(stored: ClusterObject): readonly ClusterObject[] {
  try {
    return objectsIn(stored);
  } catch (error) {
    stays(error);
    return [];
  }
}

/**
 * Includes the objects that lead calls to the workload, and what the version before has mounted, so that `kubectl` can
 * undo by hand.
 */
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

async function broughtAmong(
  { cluster }: ClusterPorts,
  objects: readonly ClusterObject[],
): Promise<readonly ClusterObject[]> {
  const found = await Promise.all(objects.map((object) => cluster.get(object).catch(stays)));
  return found.flatMap((object) => (object && isBrought(object) ? [object] : []));
}

/** An object that Slipway may not read or delete, or whose kind is gone, stays: no rollback fails because of it. */
function stays(error: unknown): null {
  if (!isSlipwayError(error) || error.name === 'Transient') throw error;
  return null;
}
