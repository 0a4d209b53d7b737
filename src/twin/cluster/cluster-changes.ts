/** Waits for changes in the simulated cluster, in the scheduler's time. */
import type { ChangeQuery } from '../../domain/workload/cluster-call.ts';
import type { ClusterObject } from '../../domain/workload/cluster-object.ts';
import type { Changes } from '../../ports/changes.ts';
import { type ObjectStore, subjectOf } from './api/object-store.ts';
import { hasLabels } from './api/workload-objects.ts';
import type { Timers } from './workloads/timers.ts';

export interface Follow {
  readonly store: ObjectStore;
  readonly timers: Timers;
  readonly queries: readonly ChangeQuery[];
  /** False when the connection may not watch all of these objects. */
  readonly isAllowed: boolean;
}

/** The interval without a watch. */
const LOOK_EVERY_MS = 1_000;
/** How long the API server takes to report a change. */
const TELLS_AFTER_MS = 5;

export function followChanges({ store, timers, queries, isAllowed }: Follow): Changes {
  let hasChanged = false;
  let wake = () => {};
  const tell = () => {
    hasChanged = true;
    wake();
  };
  const unsubscribe = store.subscribe((change) => {
    const subjects = [subjectOf(change), ...(change.was === undefined ? [] : [change.was])];
    const isSelected = subjects.some((subject) => queries.some((query) => isSelectedBy(query, subject)));
    if (isAllowed && isSelected) timers.after(TELLS_AFTER_MS, tell);
  });
  return {
    async next(withinMs) {
      if (!hasChanged) {
        await new Promise<void>((settle) => {
          const cancel = timers.after(isAllowed ? withinMs : Math.min(withinMs, LOOK_EVERY_MS), settle);
          wake = () => {
            cancel();
            settle();
          };
        });
      }
      hasChanged = false;
    },
    end: unsubscribe,
  };
}

function isSelectedBy(query: ChangeQuery, { kind, metadata }: ClusterObject): boolean {
  const isNamed = query.name === undefined || query.name === metadata.name;
  return (
    isNamed && kind === query.kind && metadata.namespace === query.namespace && hasLabels(metadata.labels, query.labels)
  );
}
