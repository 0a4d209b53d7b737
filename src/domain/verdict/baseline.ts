/**
 * What the stable version did before a rollout: the latencies that slow requests are counted by, and how much each count
 * varies. Fixed once, at the first look, so that nothing of it moves when the canary's figures are known.
 */
import { historyOf } from './burstiness.ts';
import { minuteStart } from './minute-row.ts';
import type { PeriodRow } from './period-row.ts';
import type { History } from './policy.ts';

export interface Baseline {
  /** Ascending, none twice, above 0; empty when latency is not asked for, or was not measured. */
  readonly latenciesMs: readonly number[];
  /** By the name of the count; null below 60 minutes with requests. */
  readonly histories: Readonly<Record<string, History | null>>;
}

/** `rows`: the periods before the rollout, read with `latenciesMs`, which are of `latencyThresholds`. */
export function baselineOf({
  latenciesMs,
  rows,
}: {
  readonly latenciesMs: readonly number[];
  readonly rows: readonly PeriodRow[];
}): Baseline {
  const inOrder = rows.toSorted((one, other) => one.startsAt - other.startsAt);
  const errors = inOrder.map(({ startsAt, stable }) => ({
    startsAt,
    requests: stable.requests,
    count: stable.errors,
  }));
  const slow = latenciesMs.map((latencyMs, index): [string, History | null] => {
    const counted = inOrder.flatMap(({ startsAt, stable: { requests, slower } }) => {
      const count = slower?.[index];
      return count === undefined ? [] : [{ startsAt, requests, count }];
    });
    return [slowerThan(latencyMs), historyOf(byMinute(counted))];
  });
  return { latenciesMs, histories: { [ERRORS]: historyOf(byMinute(errors)), ...Object.fromEntries(slow) } };
}

interface Counted {
  readonly startsAt: number;
  readonly requests: number;
  readonly count: number;
}

/** Noise is between minutes: periods of ten seconds are taken together. */
function byMinute(periods: readonly Counted[]): Counted[] {
  const minutes = new Map<number, Counted>();
  for (const { startsAt, requests, count } of periods) {
    const minute = minuteStart(startsAt);
    const before = minutes.get(minute);
    minutes.set(minute, {
      startsAt: minute,
      requests: (before?.requests ?? 0) + requests,
      count: (before?.count ?? 0) + count,
    });
  }
  return [...minutes.values()];
}

/** What was measured of the stable version as thresholds: three significant digits are exact enough, and can be read. */
export function latencyThresholds(measuredMs: readonly number[]): number[] {
  const good = measuredMs.filter((latencyMs) => Number.isFinite(latencyMs) && latencyMs > 0);
  return [...new Set(good.map((latencyMs) => Number(latencyMs.toPrecision(3))))].sort((one, other) => one - other);
}

/** The names of the counts: errors, and requests above a latency. */
export const ERRORS = 'errors';
export function slowerThan(latencyMs: number): string {
  return `requests over ${latencyMs} ms`;
}
