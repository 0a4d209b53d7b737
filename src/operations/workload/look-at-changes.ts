/** Looks at the cluster again and again, when something has changed there, until the look says that it is enough. */

import type { WorkloadTarget } from '../../domain/service/service-spec.ts';
import type { ChangeQuery } from '../../domain/workload/cluster-call.ts';
import { recordRef } from '../../domain/workload/workload-record.ts';
import type { Changes } from '../../ports/changes.ts';
import type { ClusterPorts } from './workload-store.ts';

export interface LookOrder {
  readonly target: WorkloadTarget;
  /** What the look depends on. */
  readonly queries: readonly ChangeQuery[];
  /** Throws when somebody else has the workload now. */
  readonly guard: () => Promise<void>;
  /** When the look itself wants to be asked at the latest. */
  readonly until: number;
  /** True: it need not look again. What it throws ends it too. */
  readonly look: () => Promise<boolean>;
}

/** A watch may be silent because it has broken without a word. */
const LOOK_AT_LEAST_EVERY_MS = 5_000;
/** Pods change in swarms: what comes together is seen by one look. */
const GATHER_MS = 100;
/** The record is part of what is watched, so it need not be read at each look. */
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
        // Often the first look is enough. What changes before the watch begins is seen by the look right after it.
        changes = await cluster.changes([...queries, recordQuery(target)]);
        continue;
      }
      // The change may have been one of the record.
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
