/** Keeps what the listeners of events and of the clock threw: whoever calls them repeats them, and hides why. */
import { isSlipwayError } from '../../domain/errors.ts';
import type { Clock } from '../../ports.ts';
import type { NetFailure } from '../checkers/checked-world.ts';
import { eventListeners, tickers } from '../workflow/listeners.ts';
import type { Invocation } from './invocation-ports.ts';

const NETS: ReadonlySet<string> = new Set([...Object.keys(eventListeners), ...Object.keys(tickers)]);

export interface NetLog {
  /** The same promise; when a net rejects, that is noted before anybody hears of it. */
  watched<T>(invocation: Invocation, running: Promise<T>): Promise<T>;
  list(): readonly NetFailure[];
}

export function netLog(clock: Clock): NetLog {
  const failures: NetFailure[] = [];
  return {
    list: () => failures,
    watched({ caller: { functionKey }, life }, running) {
      if (!NETS.has(functionKey)) return running;
      return running.catch((thrown: unknown) => {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        const isStruck = life.isStruck === true || life.crashed;
        failures.push({ functionKey, at: clock.now(), error, isStruck, isThrottled: isThrottled(thrown) });
        throw thrown;
      });
    },
  };
}

function isThrottled(thrown: unknown): boolean {
  return isSlipwayError(thrown, 'Transient') && thrown.details.code === 'TooManyRequestsException';
}
