/**
 * No task ends as Broken, the error name for a bug, unless another person or tool touched the account. Slipway must
 * handle every order of requests, and every fault.
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
