/**
 * Finds the closed periods of a query, from the start of the first to the end of the last. The range is empty when
 * there is none.
 */

import { onCluster } from '../domain/service/target.ts';
import type { LatencyQuery } from '../ports/metrics.ts';

export type Windowed<Query> = Query & {
  readonly startsAt: number;
  readonly endsAt: number;
};
type Ranged = Pick<LatencyQuery, 'target' | 'from' | 'to' | 'periodSeconds'>;

/** CloudWatch keeps periods of less than a minute for 3 hours. A request that starts earlier gets no data at all. */
const SHORT_PERIODS_KEPT_MS = 3 * 3_600_000 - 60_000;

export function windowed<Query extends Ranged>(query: Query, { now }: { readonly now: number }): Windowed<Query> {
  const periodMs = query.periodSeconds * 1_000;
  const from = query.periodSeconds < 60 ? Math.max(query.from, now - SHORT_PERIODS_KEPT_MS) : query.from;
  const startsAt = Math.ceil(from / periodMs) * periodMs;
  const endsAt = Math.floor(Math.min(query.to, now) / periodMs) * periodMs;
  return { ...query, startsAt, endsAt: isKept(query) ? endsAt : startsAt };
}

/**
 * A load balancer has no periods shorter than a minute. A spec that asks it for shorter periods is refused when it is
 * read.
 */
function isKept({ target, periodSeconds }: Ranged): boolean {
  return periodSeconds === 60 || onCluster(target)?.metricsFrom?.kind !== 'targetGroups';
}
