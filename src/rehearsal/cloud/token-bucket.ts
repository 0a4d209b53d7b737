/** The limit of Lambda's control plane: so many calls a second, for everybody in the account together. */
import { SlipwayError } from '../../domain/errors.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';

export interface BucketOrder {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly limits: { readonly callsPerSecond: number; readonly othersPerSecond: number };
}

/** After this long without a call, what others did before has no effect any more. */
const FORGOTTEN_MS = 10_000;

/**
 * Holds one second's worth of calls, and fills up continuously. Each call of the function takes one and throws Transient when
 * there is none. Calls of others, at random moments, take theirs first; one that is refused takes nothing.
 */
export function tokenBucket({ scheduler, random, limits }: BucketOrder): () => void {
  const { callsPerSecond, othersPerSecond } = limits;
  const nextOther = () =>
    othersPerSecond === 0 ? Number.POSITIVE_INFINITY : random.exponential(1_000 / othersPerSecond);
  let tokens = callsPerSecond;
  let filledAt = scheduler.now();
  let otherAt = filledAt + nextOther();
  const fill = (until: number) => {
    tokens = Math.min(callsPerSecond, tokens + ((until - filledAt) / 1_000) * callsPerSecond);
    filledAt = until;
  };
  return () => {
    const now = scheduler.now();
    if (otherAt < now - FORGOTTEN_MS) {
      fill(now - FORGOTTEN_MS);
      otherAt = filledAt + nextOther();
    }
    for (; otherAt <= now; otherAt += nextOther()) {
      fill(otherAt);
      if (tokens >= 1) tokens -= 1;
    }
    fill(now);
    if (tokens < 1) {
      const fact = `Rate exceeded: Lambda's control plane takes ${callsPerSecond} calls a second, and this one is over the limit.`;
      throw new SlipwayError('Transient', `${fact} Repeat it in a moment.`, {
        details: { code: 'TooManyRequestsException', throttled: true },
      });
    }
    tokens -= 1;
  };
}
