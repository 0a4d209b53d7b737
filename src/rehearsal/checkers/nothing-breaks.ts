/**
 * No task ends as Broken, the name of a bug, as long as nobody else touched the account: what people ask for, in whatever
 * order, and what faults do, is all foreseen.
 */
import { type Checker, firstComplaint } from './checked-world.ts';

export function nothingBreaks(): Checker {
  let seen = 0;
  return {
    invariant: '0 nothing breaks',
    check({ entries, moves }) {
      if (seen === entries.length) return null;
      const fresh = entries.slice(seen);
      seen = entries.length;
      if (moves.some(({ order }) => order === null)) return null;
      return firstComplaint(fresh, ({ kind, because, deploymentId }) =>
        kind === 'TaskFailed' && because.includes('(Broken)') ? `${deploymentId}: ${because}` : null,
      );
    },
  };
}
