/**
 * Keeps the errors of the listeners of events and of the clock, because their callers repeat them and so hide the
 * cause. It also keeps the alarm events that were handled.
 */
import { isSlipwayError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import { eventListeners, tickers } from '../twin/workflow/listeners.ts';
import type { HandledEvent, NetFailure } from './checkers/checked-world.ts';
import type { Invocation } from './invocation-ports.ts';

const NETS: ReadonlySet<string> = new Set([...Object.keys(eventListeners), ...Object.keys(tickers)]);

export interface NetLog {
  /** Returns the same promise. A rejection is noted before any caller sees it. */
  watched<T>(invocation: Invocation, running: Promise<T>): Promise<T>;
  list(): readonly NetFailure[];
  handled(): readonly HandledEvent[];
}

export function netLog(clock: Clock): NetLog {
  const failures: NetFailure[] = [];
  const handled: HandledEvent[] = [];
  return {
    list: () => failures,
    handled: () => handled,
    watched({ caller: { functionKey, alarm }, life }, running) {
      if (!NETS.has(functionKey)) return running;
      const beganAt = clock.now();
      const isStruck = () => life.isStruck === true || life.crashed;
      const failed = (thrown: unknown) => {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        failures.push({ functionKey, at: clock.now(), error, isStruck: isStruck(), isThrottled: isThrottled(thrown) });
        throw thrown;
      };
      if (alarm === undefined) return running.catch(failed);
      return running.then((answer) => {
        handled.push({ alarm, beganAt, isStruck: isStruck() });
        return answer;
      }, failed);
    },
  };
}

function isThrottled(thrown: unknown): boolean {
  return isSlipwayError(thrown, 'Transient') && thrown.details.code === 'TooManyRequestsException';
}
