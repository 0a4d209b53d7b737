/**
 * How a call that failed is made again: for which errors, how often or for how long, and after what waits. Time and chance are the
 * caller's, so that the simulation repeats a call in virtual time and from its seed.
 */
import { isThrottled } from './errors.ts';

/** The first wait, and how long the waits become: each is twice as long as the one before. In milliseconds. */
export interface Delays {
  readonly delayMs: number;
  readonly delayMsMax: number;
}

export interface Persistence extends Delays {
  /**
   * Retries go on for this long after the first try. Then one last try follows. It is far below the timeout of every
   * function.
   */
  readonly forMs: number;
}

export interface Tries extends Delays {
  /** The most calls that are made, the first one included. */
  readonly tries: number;
}

/** How long a throttled rollback is tried again. Users are waiting, so a throttle does not end the rollback. */
export const WAY_BACK = { forMs: 8_000, delayMs: 100, delayMsMax: 1_000, isWorthAnother: isThrottled } as const;

/** Without waits. A call that lost against another writer needs none: the next call reads what that writer wrote. */
export const AT_ONCE = { delayMs: 0, delayMsMax: 0, sleep: async () => {} } as const;

export interface ClockAndRandomness {
  /** Milliseconds since any fixed moment. */
  now(): number;
  sleep(ms: number): Promise<unknown>;
  /** A random number in [0, 1). */
  uniform(): number;
}

interface Waiting extends Pick<ClockAndRandomness, 'sleep'> {
  /** Full jitter: callers that collided once do not come back at the same moment. Without it each wait has its whole length. */
  uniform?(): number;
  isWorthAnother(error: unknown): boolean;
}

export type PersistentlyOrder = Waiting & (Tries | (Persistence & Pick<ClockAndRandomness, 'now'>));

/** Resolves with the first answer. Rejects with the error of the last call, or with the first one that is not worth another call. */
export async function persistently<T>(order: PersistentlyOrder, call: () => Promise<T>): Promise<T> {
  const { delayMs, delayMsMax, sleep, uniform = () => 1, isWorthAnother } = order;
  const isLast = lastCall(order);
  for (let made = 0; !isLast(made + 1); made += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isWorthAnother(error)) throw error;
      await sleep(uniform() * Math.min(delayMsMax, delayMs * 2 ** made));
    }
  }
  return call();
}

/** Returns a function that says before the n-th call whether that call is the last. */
function lastCall(order: PersistentlyOrder): (nth: number) => boolean {
  if ('tries' in order) return (nth) => nth >= order.tries;
  const endsAt = order.now() + order.forMs;
  return () => order.now() >= endsAt;
}
