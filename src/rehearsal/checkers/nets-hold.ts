/**
 * No net throws while nothing is wrong: a listener or a tick that fails although no fault struck that run of it is a bug,
 * which its repetition would only hide. What Lambda's control plane throttles is repeated as well, and is no bug.
 */
import { type Checker, firstComplaint, type NetFailure } from './checked-world.ts';

export function netsHold(): Checker {
  let seen = 0;
  return {
    invariant: '10 nets hold',
    check({ netFailures }) {
      const fresh = netFailures.slice(seen);
      seen = netFailures.length;
      return firstComplaint(fresh, inWords);
    },
  };
}

function inWords({ functionKey, error, isStruck, isThrottled }: NetFailure): string | null {
  if (isStruck || isThrottled) return null;
  return `${functionKey} threw ${error.name}, and no fault had struck it: ${error.message}`;
}
