/**
 * The time of everything in the rehearsal. The real scheduler follows the system's clock, at a chosen speed. The
 * virtual scheduler jumps from timer to timer, ordered by time and then by insertion, so that a run replays exactly.
 */
import { setImmediate } from 'node:timers';
import type { Clock } from '../ports/clock.ts';
import type { Patience } from '../ports/patience.ts';
import { systemClock } from '../system.ts';

export type Cancel = () => void;
export type Run = () => void | Promise<void>;

export interface Scheduler extends Clock {
  /**
   * Runs once, not before that time; as soon as possible when the time is past. An error that `run` throws is not lost:
   * each scheduler says how it reports errors.
   */
  at(time: number, run: Run): Cancel;
  /** Runs repeatedly, first after `ms`, without drift. */
  every(ms: number, run: Run): Cancel;
}

export interface VirtualScheduler extends Scheduler {
  /**
   * Runs all timers that are due up to that time, and leaves the clock there. Throws the first error that a timer
   * threw.
   */
  advanceTo(time: number): Promise<void>;
  /** Jumps to the next timer and runs it. Returns false when there is no timer. */
  runNext(): Promise<boolean>;
  /** The time of the next timer; null when there is none. */
  nextAt(): number | null;
}

/** Waits in the scheduler's time. */
export function sleep(scheduler: Scheduler, ms: number): Promise<void> {
  return new Promise((resolve) => scheduler.at(scheduler.now() + ms, resolve));
}

/** Waits for an answer in the scheduler's time. */
export function patience(scheduler: Scheduler): Patience {
  return {
    within(ms, answer) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const cancel = scheduler.at(scheduler.now() + ms, () => resolve(false));
      answer.then(
        () => resolve(true),
        () => resolve(false),
      );
      return promise.finally(cancel);
    },
  };
}

/** setTimeout overflows at longer delays, so a far timer is set in several steps. */
const LONGEST_TIMEOUT_MS = 2_000_000_000;

/**
 * With `speed` 10, ten seconds pass in one. An error that a timer throws goes to `onError`, which by default ends the
 * process.
 */
export function realScheduler(speed = 1, onError: (error: unknown) => void = raise): Scheduler {
  const startedAt = systemClock.now();
  const now = () => Math.floor(startedAt + (systemClock.now() - startedAt) * speed);
  const attempt = async (run: Run) => {
    try {
      await run();
    } catch (error) {
      onError(error);
    }
  };
  const at = (time: number, run: Run): Cancel => {
    let timer: NodeJS.Timeout;
    const arm = (delayMs: number) => {
      timer = setTimeout(ring, Math.min(Math.ceil(delayMs), LONGEST_TIMEOUT_MS));
    };
    // A setTimeout may fire a millisecond before the clock reaches its time. This timer is never early.
    const ring = () => {
      const leftMs = (time - now()) / speed;
      if (leftMs > 0) arm(leftMs);
      else void attempt(run);
    };
    arm(Math.max(0, (time - now()) / speed));
    return () => clearTimeout(timer);
  };
  return { now, at, every: everyOf({ now, at }) };
}

function raise(error: unknown): never {
  throw error;
}

interface Timer {
  readonly time: number;
  readonly order: number;
  readonly run: Run;
  /**
   * True for a repeated timer. When it does nothing asynchronous it needs no settling, which is most of the cost of a
   * step.
   */
  readonly repeats: boolean;
  cancelled: boolean;
}

/**
 * `settle` waits until the promises that a timer started have come to rest, before the next timer runs. The default
 * covers all work in memory. With real input and output behind a port, pass a `settle` that also waits for that.
 */
export function virtualScheduler({
  startAt,
  settle = drainMicrotasks,
}: {
  startAt: number;
  settle?: () => Promise<void>;
}): VirtualScheduler {
  const heap: Timer[] = [];
  const failures: unknown[] = [];
  let time = startAt;
  let order = 0;
  const add = (timer: Pick<Timer, 'time' | 'run' | 'repeats'>): Cancel => {
    // Whole milliseconds, like every clock of Slipway.
    const due = Math.ceil(Math.max(timer.time, time));
    const added: Timer = { ...timer, time: due, order: order++, cancelled: false };
    push(heap, added);
    return () => {
      added.cancelled = true;
    };
  };
  const next = (): Timer | undefined => {
    while (heap[0]?.cancelled) pop(heap);
    return heap[0];
  };
  const runTimer = async (timer: Timer) => {
    pop(heap);
    time = timer.time;
    const running = start(timer.run, failures);
    if (running || !timer.repeats) await settle();
    if (failures.length > 0) throw failures.splice(0)[0];
  };
  const now = () => time;
  return {
    now,
    at: (at, run) => add({ time: at, run, repeats: false }),
    every: everyOf({ now, at: (at, run) => add({ time: at, run, repeats: true }) }),
    nextAt: () => next()?.time ?? null,
    async runNext() {
      const timer = next();
      if (timer) await runTimer(timer);
      return timer !== undefined;
    },
    async advanceTo(until) {
      await settle();
      for (let timer = next(); timer !== undefined && timer.time <= until; timer = next()) await runTimer(timer);
      time = Math.max(time, until);
    },
  };
}

/** Returns true when the run started something asynchronous. */
function start(run: Run, failures: unknown[]): boolean {
  try {
    const running = run();
    if (!(running instanceof Promise)) return false;
    running.catch((error) => failures.push(error));
    return true;
  } catch (error) {
    failures.push(error);
    return false;
  }
}

function everyOf({ now, at }: Pick<Scheduler, 'now' | 'at'>): Scheduler['every'] {
  return (ms, run) => {
    let cancel: Cancel = () => {};
    let due = now();
    const arm = () => {
      due += ms;
      cancel = at(due, () => {
        // Armed before the run, so that the timer continues when the run throws, and stops when the run cancels it.
        arm();
        return run();
      });
    };
    arm();
    return () => cancel();
  };
}

/** Node runs all promise reactions before the next immediate. */
function drainMicrotasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}

function push(heap: Timer[], timer: Timer): void {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as Timer;
    if (!isBefore(timer, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) child += 1;
    if (!isBefore(heap[child] as Timer, last)) break;
    heap[index] = heap[child] as Timer;
    index = child;
  }
  heap[index] = last;
}
