import { setTimeout as sleep } from 'node:timers/promises';

/** For what never comes: a busy machine is slow. */
const WITHIN_MS = 150_000;
const EVERY_MS = 150;

/** Repeats `attempt` until it no longer throws, for example until an expectation holds. Returns its result. */
export async function eventually<T>(attempt: () => Promise<T>, withinMs = WITHIN_MS): Promise<T> {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > endsAt) throw error;
      await sleep(EVERY_MS);
    }
  }
}
