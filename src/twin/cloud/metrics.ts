/** The port Metrics over the measurements. A period is visible once it has ended and its figures had time to arrive. */
import { median } from '../../domain/median.ts';
import type { PeriodRow, VersionPeriod } from '../../domain/verdict/period-row.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LatencyQuery, Metrics, MetricsQuery } from '../../ports/metrics.ts';
import type { Measurements, Window } from '../measures/measurements.ts';
import { calledAs } from './workload-calls.ts';

const PERCENTILES = [50, 90, 99] as const;

export interface MetricsOrder {
  readonly clock: Clock;
  readonly measured: Measurements;
  /** Ensures that all calls before that time are measured. */
  readonly catchUp: (until: number) => void;
  readonly delayMs: number;
}

export function rehearsedMetrics({ clock, measured, catchUp, delayMs }: MetricsOrder): Metrics {
  const arrived = (): Arrived => {
    const until = clock.now() - delayMs;
    catchUp(until);
    return { measured, until };
  };
  return {
    async read(queries) {
      const known = arrived();
      return new Map(queries.map((query) => [query.id, rowsOf(known, query)]));
    },
    async readLatencies(queries) {
      const known = arrived();
      return new Map(queries.map((query) => [query.id, latenciesOf(known, query)]));
    },
  };
}

interface Arrived {
  readonly measured: Measurements;
  readonly until: number;
}

function rowsOf({ measured, until }: Arrived, query: MetricsQuery): PeriodRow[] {
  const rows: PeriodRow[] = [];
  for (const window of windowsOf(query, until)) {
    const canary = periodOf(measured, { query, window: { ...window, version: query.canary } });
    const stable = periodOf(measured, { query, window: { ...window, version: query.stable } });
    if (canary.requests + stable.requests > 0) rows.push({ startsAt: window.startsAt, canary, stable });
  }
  return rows;
}

function windowsOf({ target, from, to, periodSeconds }: MetricsQuery | LatencyQuery, until: number): Window[] {
  const periodMs = periodSeconds * 1_000;
  const endsBy = Math.min(to, until);
  const called = calledAs(target);
  const windows: Window[] = [];
  for (let startsAt = Math.ceil(from / periodMs) * periodMs; startsAt + periodMs <= endsBy; startsAt += periodMs) {
    windows.push({ ...called, startsAt, periodMs });
  }
  return windows;
}

function periodOf(
  measured: Measurements,
  { query: { metrics, latenciesMs }, window }: { query: MetricsQuery; window: Window },
): VersionPeriod {
  const { requests, errors, serverErrors } = measured.sums(window);
  const isTimed = requests > 0 && (metrics === undefined || metrics.includes('durationP99Ms'));
  return {
    requests,
    errors: errors + serverErrors,
    ...(serverErrors > 0 && { serverErrors }),
    durationP99Ms: isTimed ? (measured.durationPercentiles(window, [99])[0] ?? null) : null,
    ...(latenciesMs === undefined ? {} : { slower: measured.countsAbove(window, latenciesMs) }),
  };
}

function latenciesOf({ measured, until }: Arrived, query: LatencyQuery): number[] {
  const windows = windowsOf(query, until)
    .map((window) => ({ ...window, version: query.stable }))
    .filter((window) => measured.sums(window).requests > 0);
  if (windows.length === 0) return [];
  const found = windows.map((window) => measured.durationPercentiles(window, PERCENTILES));
  return PERCENTILES.map((_, index) => median(found.map((latenciesMs) => latenciesMs[index] ?? 0)));
}
