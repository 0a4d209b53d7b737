/** The statuses that a list of deployments may be asked for. */
import { ENDED, IN_FLIGHT, type Status } from './deployment.ts';

/** `inFlight` is short for all statuses in flight. */
export const STATUS_FILTERS = ['inFlight', ...IN_FLIGHT, ...ENDED] as const;

export type StatusFilter = (typeof STATUS_FILTERS)[number];

/** Returns each status once. */
export function statusesIn(filters: readonly StatusFilter[]): readonly Status[] {
  return [...new Set(filters.flatMap((filter): readonly Status[] => (filter === 'inFlight' ? IN_FLIGHT : [filter])))];
}
