/**
 * What is in progress in the simulated cluster, in the scheduler's time. No timer runs while nothing is in progress,
 * and closing cancels all timers.
 */
import type { Random } from '../../random.ts';
import type { Cancel, Scheduler } from '../../scheduler.ts';

export interface Timers {
  now(): number;
  after(ms: number, run: () => void): Cancel;
  close(): void;
}

export function timersOf(scheduler: Scheduler): Timers {
  const waiting = new Set<Cancel>();
  let closed = false;
  return {
    now: scheduler.now,
    after(ms, run) {
      if (closed) return () => {};
      const cancel = scheduler.at(scheduler.now() + ms, () => {
        waiting.delete(cancel);
        run();
      });
      waiting.add(cancel);
      return () => {
        waiting.delete(cancel);
        cancel();
      };
    },
    close() {
      closed = true;
      for (const cancel of waiting) cancel();
      waiting.clear();
    },
  };
}

/** The objects that a controller must check again, by `namespace/name`. An object is in the queue at most once. */
export interface WorkQueue {
  /** Checks the object in the next round, or after `afterMs` unless it is checked before. */
  add(key: string, afterMs?: number): void;
}

/** Makes the queue of a controller. */
export type ControlLoop = (work: (key: string) => void) => WorkQueue;

/**
 * A controller notices a change a moment later, never in the same instant. It checks all queued objects in one round,
 * between 1 and `lagMaxMs` milliseconds after the first of them.
 */
export function controlLoop({
  timers,
  random,
  lagMaxMs,
}: {
  timers: Timers;
  random: Random;
  lagMaxMs: number;
}): ControlLoop {
  let gathered: (() => void)[] | undefined;
  const inNextRound = (run: () => void) => {
    if (gathered === undefined) {
      const round: (() => void)[] = [];
      gathered = round;
      timers.after(1 + random.integer(lagMaxMs), () => {
        gathered = undefined;
        for (const one of round) one();
      });
    }
    gathered.push(run);
  };
  return (work) => {
    const soon = new Set<string>();
    const later = new Map<string, { readonly dueAt: number; readonly cancel: Cancel }>();
    const look = (key: string) => {
      soon.delete(key);
      later.get(key)?.cancel();
      later.delete(key);
      work(key);
    };
    return {
      add(key, afterMs = 0) {
        if (soon.has(key)) return;
        if (afterMs <= 0) {
          soon.add(key);
          inNextRound(() => look(key));
          return;
        }
        const dueAt = timers.now() + afterMs;
        const before = later.get(key);
        if (before !== undefined && before.dueAt <= dueAt) return;
        before?.cancel();
        later.set(key, { dueAt, cancel: timers.after(afterMs, () => look(key)) });
      },
    };
  };
}
