import { setTimeout as sleep } from 'node:timers/promises';

const WITHIN_MS = 30_000;
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
