/** The only clock and the only randomness. Everything else gets them through its ports. */
import { randomBytes } from 'node:crypto';
import type { ClockAndRandomness } from './domain/persistently.ts';
import type { Clock } from './ports/clock.ts';
import type { Ids } from './ports/ids.ts';
import type { Patience } from './ports/patience.ts';
import type { Pause } from './ports/pause.ts';

export const systemClock: Clock = { now: () => Date.now() };

export const systemPause: Pause = { sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };

/** Time and randomness for retries. `now` is a monotonic clock, so a change of the system's time does not change a wait. */
export const systemTime: ClockAndRandomness = {
  now: () => performance.now(),
  sleep: systemPause.sleep,
  uniform: Math.random,
};

export const systemPatience: Patience = {
  within(ms, answer) {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(resolve, ms, false);
    answer.then(
      () => resolve(true),
      () => resolve(false),
    );
    return promise.finally(() => clearTimeout(timer));
  },
};

/** Ids that sort by the time they were made: stem, milliseconds in base 36 (9 digits to the year 5188), 80 random bits. */
export const systemIds: Ids = {
  next: (stem) => `${stem}-${Date.now().toString(36).padStart(9, '0')}${randomBytes(10).toString('hex')}`,
};
