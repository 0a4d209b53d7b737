/** Changes an object that others change as well: read, changed, and written only as it was read, again and again. */

import { isSlipwayError } from '../../domain/errors.ts';
import type { ClusterObject, ObjectRef } from '../../domain/workload/cluster-object.ts';
import type { Guard } from './await-pods.ts';
import type { ClusterPorts } from './workload-store.ts';

export interface Replacing {
  readonly ref: ObjectRef;
  /** Null: there is nothing to change. */
  readonly change: (live: ClusterObject) => ClusterObject | null;
  readonly guard?: Guard;
  /** At the most: the status of a Deployment changes all the time, and its revision with it. */
  readonly tries: number;
}

/** The object as it was read last; null when there is none. Throws Conflict when it changes faster than it can be read, and NotFound when it goes in that moment. */
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
