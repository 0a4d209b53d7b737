/**
 * No net throws while nothing is wrong: a listener or a tick that fails although no fault struck that run of it is a bug,
 * which its repetition would only hide. What Lambda's control plane throttles is repeated as well, and is no bug.
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
