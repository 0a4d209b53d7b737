/**
 * Changes an object that other writers change as well. It reads the object, writes it only if it is still as read, and
 * repeats until that works.
 */

import { isSlipwayError } from '../../domain/errors.ts';
import type { ClusterObject, ObjectRef } from '../../domain/workload/cluster-object.ts';
import type { Guard } from './await-pods.ts';
import type { ClusterPorts } from './workload-store.ts';

export interface Replacing {
  readonly ref: ObjectRef;
  /** Returns null when there is nothing to change. */
  readonly change: (live: ClusterObject) => ClusterObject | null;
  readonly guard?: Guard;
  /** The largest number of tries: the status of a Deployment changes all the time, and its revision with it. */
  readonly tries: number;
}

/**
 * Returns the object as it was last read; null when there is none. Throws Conflict when the object changes faster than
 * it can be read. Throws NotFound when it is deleted at that moment.
 */
export async function replaceAsRead(
  { cluster }: Pick<ClusterPorts, 'cluster'>,
  { ref, change, guard, tries }: Replacing,
): Promise<ClusterObject | null> {
  for (let nth = 1; ; nth += 1) {
    const live = await cluster.get(ref);
    const changed = live === null ? null : change(live);
    if (changed === null) return live;
    await guard?.();
    try {
      await cluster.replace(changed);
      return live;
    } catch (error) {
      if (!isSlipwayError(error, 'Conflict') || nth === tries) throw error;
    }
  }
}
