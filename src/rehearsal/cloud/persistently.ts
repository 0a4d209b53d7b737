/** The patience of the way back, as src/aws/persistently.ts has it: a throttle does not end it, and it never waits for long. */
import { isThrottled } from '../../domain/errors.ts';
import type { Random } from '../random.ts';
import { type Scheduler, sleep } from '../scheduler.ts';

export type Persistently = <T>(call: () => Promise<T>) => Promise<T>;

const PATIENCE_MS = 8_000;
const DELAY_MS = 100;
const DELAY_MS_MAX = 1_000;

/** Repeats a call that is throttled after 0 to 0.1, 0.2, 0.4 ... at most 1 second, for 8 seconds; then its error is thrown. */
export function persistence({ scheduler, random }: { scheduler: Scheduler; random: Random }): Persistently {
  return async (call) => {
    const endsAt = scheduler.now() + PATIENCE_MS;
    for (let tries = 0; ; tries += 1) {
      try {
        return await call();
      } catch (error) {
        if (!isThrottled(error) || scheduler.now() >= endsAt) throw error;
        await sleep(scheduler, 1 + random.uniform() * Math.min(DELAY_MS_MAX, DELAY_MS * 2 ** tries));
      }
    }
  };
}
