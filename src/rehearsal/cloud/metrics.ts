/** The Metrics port over what was measured. A period is there once it is over and its figures had time to arrive. */
import type { PeriodRow, VersionPeriod } from '../../domain/verdict/period-row.ts';
import type { Metrics, MetricsQuery } from '../../ports/metrics.ts';
import type { Clock } from '../../ports.ts';
import type { Measurements, Window } from './measurements.ts';
import { calledAs } from './workload-calls.ts';

export function rehearsedMetrics({
  clock,
  measured,
  catchUp,
  delayMs,
}: {
  clock: Clock;
  measured: Measurements;
  /** Makes sure that all calls before the time are measured. */
  catchUp: (until: number) => void;
  delayMs: number;
}): Metrics {
  return {
    async read(queries) {
      const arrivedUntil = clock.now() - delayMs;
      catchUp(arrivedUntil);
      return new Map(queries.map((query) => [query.id, rowsOf(measured, { query, arrivedUntil })]));
    },
    readLatencies: async () => new Map(),
  };
}

function rowsOf(
  measured: Measurements,
  { query, arrivedUntil }: { query: MetricsQuery; arrivedUntil: number },
): PeriodRow[] {
  const periodMs = query.periodSeconds * 1_000;
  const endsBy = Math.min(query.to, arrivedUntil);
  const rows: PeriodRow[] = [];
  for (
    let startsAt = Math.ceil(query.from / periodMs) * periodMs;
    startsAt + periodMs <= endsBy;
    startsAt += periodMs
  ) {
    const window = { ...calledAs(query.target), startsAt, periodMs };
    const canary = periodOf(measured, { ...window, version: query.canary });
    const stable = periodOf(measured, { ...window, version: query.stable });
    if (canary.requests + stable.requests > 0) rows.push({ startsAt, canary, stable });
  }
  return rows;
}

function periodOf(measured: Measurements, window: Window): VersionPeriod {
  const { requests, errors } = measured.sums(window);
  return { requests, errors, durationP99Ms: requests > 0 ? measured.durationPercentile(window, 99) : null };
}
