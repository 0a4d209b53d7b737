/**
 * The patience of the way back: users are waiting, so a throttle does not end it. Time and chance are the caller's, so that the
 * rehearsed Lambda is as patient as the real one's client.
 */
import { isThrottled } from './errors.ts';

export interface Persistence {
  /** After this, counted from the first try, there is one more, and it is the last. Below the timeout of any function by far. */
  readonly forMs: number;
  readonly delayMs: number;
  readonly delayMsMax: number;
}

export const WAY_BACK: Persistence = { forMs: 8_000, delayMs: 100, delayMsMax: 1_000 };

export interface TimeAndChance {
  /** Milliseconds since any moment. */
  now(): number;
  sleep(ms: number): Promise<unknown>;
  /** In [0, 1). */
  uniform(): number;
}

/** Repeats a call that is throttled, with full jitter: functions that collided once do not come back at the same moment. */
export async function persistently<T>(
  { forMs, delayMs, delayMsMax, now, sleep, uniform }: Persistence & TimeAndChance,
  call: () => Promise<T>,
): Promise<T> {
  const endsAt = now() + forMs;
  for (let tries = 0; now() < endsAt; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isThrottled(error)) throw error;
      await sleep(uniform() * Math.min(delayMsMax, delayMs * 2 ** tries));
    }
  }
  return call();
}
