/**
 * Limits the worker threads of all functions together. When all places are taken, the worker that has been idle longest
 * ends, as Lambda ends an instance that nobody calls.
 */
export interface WorkerPlace {
  /** Ends the worker, whose pool then calls `free`. */
  readonly retire: () => void;
}

export interface WorkerBudget {
  /** Resolves when a worker may start. Those who wait are served in order. */
  take(): Promise<void>;
  /** Called once for each worker that took a place, after it has ended. */
  free(place: WorkerPlace): void;
  /** Says that the worker waits for calls, or that it has one again. */
  rest(place: WorkerPlace, isIdle: boolean): void;
  /** True when a worker that is done with a call should end, because another version waits for a place. */
  isWanted(): boolean;
}

/** A worker takes about 12 MB before it loads anything. */
const WORKERS_MAX = 40;

export function workerBudget(most = WORKERS_MAX): WorkerBudget {
  /** Idle longest first. */
  const idle = new Set<WorkerPlace>();
  const waiting: (() => void)[] = [];
  let taken = 0;
  return {
    async take() {
      if (taken < most) {
        taken += 1;
        return;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      const [longest] = idle;
      if (longest === undefined) return promise;
      idle.delete(longest);
      longest.retire();
      return promise;
    },
    free(place) {
      idle.delete(place);
      // The place goes to the next that waits, so the number stays.
      const next = waiting.shift();
      if (next === undefined) taken -= 1;
      else next();
    },
    rest(place, isIdle) {
      idle.delete(place);
      if (isIdle) idle.add(place);
    },
    isWanted: () => waiting.length > 0,
  };
}
