/**
 * No task ends as Broken, the name of a bug, as long as nobody else touched the account: what people ask for, in whatever
 * order, and what faults do, is all foreseen.
 */
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import { additions, type Checker, firstComplaint } from './checked-world.ts';

export function nothingBreaks(): Checker {
  const fresh = additions<TimelineEntry>();
  return {
    invariant: '0 nothing breaks',
    check({ entries, moves }) {
      const told = fresh(entries);
      if (told.length === 0 || moves.some(({ order }) => order === null)) return null;
      return firstComplaint(told, ({ kind, because, deploymentId }) =>
        kind === 'TaskFailed' && because.includes('(Broken)') ? `${deploymentId}: ${because}` : null,
      );
    },
  };
}
