/** Finds the objects of the version that an order wants: made for an image, or as they were stored. */

import type { PlanOrder } from '../../domain/orders/cluster-order.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import { folderVersion } from '../../domain/workload/folder-version.ts';
import { renderManifests } from '../../domain/workload/render-manifests.ts';
import { withImage } from '../../domain/workload/workload-container.ts';
import { ownObjects, versionOf } from '../../domain/workload/workload-objects.ts';
import { partOf } from '../../domain/workload/workload-part.ts';
import { type ClusterPorts, readVersion } from './workload-store.ts';

export type WantedOrder = Pick<PlanOrder, 'target' | 'service' | 'wanted' | 'manifests'>;

export interface FoundVersion {
  readonly version: string;
  readonly objects: readonly ClusterObject[];
  /** The objects of the folder that belong to other workloads. */
  readonly left: readonly ClusterObject[];
}

/** Also used by `diff`, which changes nothing. */
export async function wantedVersion(
  ports: ClusterPorts,
  { target, service, wanted, manifests }: WantedOrder,
): Promise<FoundVersion> {
  if ('version' in wanted)
    return {
      version: wanted.version,
      objects: await readVersion(ports, { target, version: wanted.version }),
      left: [],
    };
  const { image } = wanted;
  const { workload } = target;
  if (!('folder' in manifests)) {
    const objects = ownObjects(renderManifests({ service, image, target: { ...target, manifests } }), {
      target,
      service,
    });
    return { version: versionOf(objects), objects, left: [] };
  }
  const { folder, container } = manifests;
  const part = partOf(await ports.cluster.build(folder), workload);
  const imaged = withImage(part.objects, { workload, image, container });
  const objects = ownObjects(folderVersion(part.objects, { imaged }), { target, service });
  return { version: versionOf(objects), objects, left: part.left };
}

export function notesOn(left: readonly ClusterObject[]): readonly string[] {
  if (left.length === 0) return [];
  const names = left.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ');
  return [`The folder also has what belongs to other workloads, and it is left alone: ${names}.`];
}
