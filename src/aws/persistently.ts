/**
 * The patience of the way back: users are waiting, so a throttle does not end it. Beyond the SDK's own retries, which are few,
 * because a forward call that is throttled leaves soon and comes back later.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isThrottled } from '../domain/errors.ts';

export interface Persistence {
  /** When the last try begins at the latest, counted from the first one. Below the timeout of any function by far. */
  readonly forMs: number;
  readonly delayMs: number;
  readonly delayMsMax: number;
}

export const WAY_BACK: Persistence = { forMs: 8_000, delayMs: 100, delayMsMax: 1_000 };

/** Repeats a call that is throttled, with full jitter: functions that collided once do not come back at the same moment. */
export async function persistently<T>({ forMs, delayMs, delayMsMax }: Persistence, call: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  for (let tries = 0; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isThrottled(error) || performance.now() - startedAt >= forMs) throw error;
      await sleep(Math.random() * Math.min(delayMsMax, delayMs * 2 ** tries));
    }
  }
}
