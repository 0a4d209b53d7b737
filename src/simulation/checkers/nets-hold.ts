/**
 * A listener or a tick of the clock must not fail in a run without a fault. Such a failure is a bug, which the
 * repetition would only hide. A call that Lambda's control plane throttles is also repeated, and is no bug.
 */
import { additions, type Checker, firstComplaint, type NetFailure } from './checked-world.ts';

export function netsHold(): Checker {
  const fresh = additions<NetFailure>();
  return {
    invariant: '10 nets hold',
    check: ({ netFailures }) => firstComplaint(fresh(netFailures), inWords),
  };
}

function inWords({ functionKey, error, isStruck, isThrottled }: NetFailure): string | null {
  if (isStruck || isThrottled) return null;
  return `${functionKey} threw ${error.name}, and no fault had struck it: ${error.message}`;
}
