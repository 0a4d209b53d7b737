/** Repeats a look at the cluster whenever something has changed there, until the look says that it is enough. */

import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { ChangeQuery } from '../../domain/workload/cluster-call.ts';
import { recordRef } from '../../domain/workload/workload-record.ts';
import type { Changes } from '../../ports/changes.ts';
import type { ClusterPorts } from './workload-store.ts';

export interface LookOrder {
  readonly target: WorkloadTarget;
  /** The objects that the look depends on. */
  readonly queries: readonly ChangeQuery[];
  /** Throws when another order holds the workload now. */
  readonly guard: () => Promise<void>;
  /** The latest time for the next look. */
  readonly until: number;
  /** Returns true when no further look is needed. An error that it throws also ends the looks. */
  readonly look: () => Promise<boolean>;
}

/** A watch may be silent because it has broken without an error. */
const LOOK_AT_LEAST_EVERY_MS = 5_000;
/** Pods often change together: one look covers changes that come within this time. */
const GATHER_MS = 100;
/** The record is watched as well, so not every look has to read it. */
const GUARD_EVERY_MS = 1_000;

export async function lookAtChanges(
  { cluster, clock, pause }: ClusterPorts,
  { target, queries, guard, until, look }: LookOrder,
): Promise<void> {
  let changes: Changes | null = null;
  let guardedAt = Number.NEGATIVE_INFINITY;
  try {
    for (;;) {
      const isGuarded = clock.now() - guardedAt >= GUARD_EVERY_MS;
      if (isGuarded) {
        guardedAt = clock.now();
        await guard();
      }
      if (await look()) return;
      if (changes === null) {
        // Often the first look is enough. The look right after the start of the watch sees what changed before that
        // start.
        changes = await cluster.changes([...queries, recordQuery(target)]);
        continue;
      }
      // The change may have been a change of the record.
      const guardAt = isGuarded ? Number.POSITIVE_INFINITY : guardedAt + GUARD_EVERY_MS;
      const lookAt = Math.min(clock.now() + LOOK_AT_LEAST_EVERY_MS, guardAt, until);
      await changes.next(Math.max(0, lookAt - clock.now()));
      await pause.sleep(GATHER_MS);
    }
  } finally {
    changes?.end();
  }
}

function recordQuery(target: WorkloadTarget): ChangeQuery {
  const { apiVersion, kind, metadata } = recordRef(target);
  return { apiVersion, kind, namespace: target.namespace, name: metadata.name };
}
