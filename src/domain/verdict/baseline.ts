/**
 * What the stable version did before a rollout: the latencies above which a request counts as slow, and how much each count
 * varies. It is measured once, at the first look, so that the canary's figures cannot change it.
 */
import { historyOf, minuteStart } from './burstiness.ts';
import type { Counted } from './period-counts.ts';
import type { PeriodRow } from './period-row.ts';
import type { History } from './policy.ts';

export interface Baseline {
  /** Ascending, without repeats, above 0; empty when the judge has no metric latency, or it was not measured. */
  readonly latenciesMs: readonly number[];
  /**
   * By `ERRORS` or `slowerThan`; null without a minute with requests. These names are stored with each deployment, so they must
   * not change.
   */
  readonly histories: Readonly<Record<string, History | null>>;
}

export interface Before {
  readonly latenciesMs: readonly number[];
  readonly rows: readonly PeriodRow[];
  /** The length of the rows; 60 when left out. */
  readonly periodSeconds?: 10 | 60 | undefined;
}

/** `rows` are the periods before the rollout, read with `latenciesMs`, which come from `latencyThresholds`. */
export function baselineOf({ latenciesMs, rows, periodSeconds = 60 }: Before): Baseline {
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
    return [slowerThan(latencyMs), historyFrom(counted, periodSeconds)];
  });
  return { latenciesMs, histories: { [ERRORS]: historyFrom(errors, periodSeconds), ...Object.fromEntries(slow) } };
}

interface CountedPeriod extends Counted {
  readonly startsAt: number;
}

/** A minute of which few periods had requests is no whole minute. */
function historyFrom(periods: readonly CountedPeriod[], periodSeconds: number): History | null {
  const history = historyOf(byMinute(periods));
  if (history === null) return null;
  const seconds = periods.filter(({ requests }) => requests > 0).length * periodSeconds;
  return { ...history, minutes: Math.min(history.minutes, Math.floor(seconds / 60)) };
}

/** Sums periods of 10 s by minute, because noise is between minutes. */
function byMinute(periods: readonly CountedPeriod[]): CountedPeriod[] {
  const minutes = new Map<number, CountedPeriod>();
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

/** The measured latencies of the stable version, rounded to three significant digits, which people can read. */
export function latencyThresholds(measuredMs: readonly number[]): number[] {
  const good = measuredMs.filter((latencyMs) => Number.isFinite(latencyMs) && latencyMs > 0);
  return [...new Set(good.map((latencyMs) => Number(latencyMs.toPrecision(3))))].sort((one, other) => one - other);
}

/** The name of the count of errors, for messages and as a stored key of the histories. */
export const ERRORS = 'errors';
/** The name of the count of requests above a latency, for messages and as a stored key of the histories. */
export function slowerThan(latencyMs: number): string {
  return `requests over ${latencyMs} ms`;
}
