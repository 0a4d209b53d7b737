/**
 * The retries of one execution, counted like Step Functions. The first retrier that names the error applies. Each
 * retrier has its own count of attempts, and entering the state again resets the counts.
 */
import type { Random } from '../random.ts';
import type { Retrier, State } from './asl.ts';

export interface Retries {
  /** Returns the wait before the next attempt, in milliseconds; null when the error is not retried. */
  delayMs(failed: { readonly state: string; readonly definition: State; readonly error: Error }): number | null;
  /** Must be called when the state is left. */
  reset(): void;
}

const DEFAULTS = { IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 3, MaxDelaySeconds: Number.POSITIVE_INFINITY };

export function retries(random: Random): Retries {
  let current = '';
  let counts = new Map<Retrier, number>();
  const reset = () => {
    current = '';
    counts = new Map();
  };
  return {
    reset,
    delayMs({ state, definition, error }) {
      if (state !== current) reset();
      current = state;
      const retrier = definition.Retry?.find(({ ErrorEquals }) => ErrorEquals.some((name) => isMatch(name, error)));
      const times = retrier === undefined ? 0 : (counts.get(retrier) ?? 0);
      if (retrier === undefined || times >= (retrier.MaxAttempts ?? DEFAULTS.MaxAttempts)) return null;
      counts.set(retrier, times + 1);
      return delayOf(retrier, { times, random });
    },
  };
}

/** Errors that no wildcard catches, by Step Functions' own rules. */
const TERMINAL: readonly string[] = ['States.Runtime', 'States.DataLimitExceeded'];

/** `States.TaskFailed` matches any failure of a task except a timeout of the state itself. */
function isMatch(name: string, { name: failed }: Error): boolean {
  if (name === failed) return true;
  if (TERMINAL.includes(failed)) return false;
  return name === 'States.ALL' || (name === 'States.TaskFailed' && failed !== 'States.Timeout');
}

/** The delay grows with every attempt of this retrier. With full jitter it is drawn between 0 and that value. */
function delayOf(retrier: Retrier, { times, random }: { readonly times: number; readonly random: Random }): number {
  const { IntervalSeconds, BackoffRate, MaxDelaySeconds } = { ...DEFAULTS, ...retrier };
  const seconds = Math.min(IntervalSeconds * BackoffRate ** times, MaxDelaySeconds);
  const share = retrier.JitterStrategy === 'FULL' ? random.uniform() : 1;
  return Math.round(share * seconds * 1_000);
}
