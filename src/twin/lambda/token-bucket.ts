/** The limit of Lambda's control plane: a number of calls per second, shared by all callers of the account. */
import { SlipwayError } from '../../domain/errors.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';

export interface BucketOrder {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly limits: { readonly callsPerSecond: number; readonly othersPerSecond: number };
}

/** A call that exceeded the limit. */
export interface RefusedCall {
  readonly call: string;
  readonly at: number;
}

export interface TokenBucket {
  /** Takes one call. Throws Transient, marked as a throttle, when no call is left. */
  spend(call: string): void;
  /** Oldest first. */
  refused(): readonly RefusedCall[];
}

/** After this long without a call, earlier calls of other callers have no effect any more. */
const FORGOTTEN_MS = 10_000;

/**
 * Holds the calls of one second, and refills continuously. The random calls of other callers take theirs first. A
 * refused call takes nothing.
 */
export function tokenBucket({ scheduler, random, limits }: BucketOrder): TokenBucket {
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
  const refused: RefusedCall[] = [];
  const spend = (call: string) => {
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
      refused.push({ call, at: now });
      const fact = `Rate exceeded: Lambda's control plane takes ${callsPerSecond} calls a second, and this one is over the limit.`;
      throw new SlipwayError('Transient', `${fact} Repeat it in a moment.`, {
        details: { code: 'TooManyRequestsException', throttled: true },
      });
    }
    tokens -= 1;
  };
  return { spend, refused: () => refused };
}
