/**
 * The retries of one execution, as Step Functions counts them: the first retrier that names the error is taken, each has
 * its own count of attempts, and the counts begin again when the state is entered again.
 */
import type { Random } from '../random.ts';
import type { Retrier, State } from './asl.ts';

export interface Retries {
  /** Null: the error is not retried. Otherwise what to wait before the next attempt, in milliseconds. */
  delayMs(failed: { readonly state: string; readonly definition: State; readonly error: Error }): number | null;
  /** The state was left. */
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

/** `States.TaskFailed` is any failure of a task but a timeout of the state itself. */
function isMatch(name: string, { name: failed }: Error): boolean {
  if (name === failed) return true;
  if (TERMINAL.includes(failed)) return false;
  return name === 'States.ALL' || (name === 'States.TaskFailed' && failed !== 'States.Timeout');
}

/** Grows with every attempt of this retrier; with full jitter, anything up to that. */
function delayOf(retrier: Retrier, { times, random }: { readonly times: number; readonly random: Random }): number {
  const { IntervalSeconds, BackoffRate, MaxDelaySeconds } = { ...DEFAULTS, ...retrier };
  const seconds = Math.min(IntervalSeconds * BackoffRate ** times, MaxDelaySeconds);
  const share = retrier.JitterStrategy === 'FULL' ? random.uniform() : 1;
  return Math.round(share * seconds * 1_000);
}
