import { type Baseline, baselineOf } from '../../src/domain/verdict/baseline.ts';
import type { PeriodRow, VersionPeriod } from '../../src/domain/verdict/period-row.ts';
import { MINUTE, OPENED_AT } from './a-deployment.ts';

/** The latencies that half, 90 % and 99 % of stable's requests do not exceed, in a period of `asEver`. */
export const LATENCIES = [40, 90, 180];

/**
 * One version in one minute: requests, errors, and how many requests were slower than each of LATENCIES, if that was
 * counted.
 */
export function aVersion(requests: number, errors: number, slower?: readonly number[]): VersionPeriod {
  return { requests, errors, durationP99Ms: null, ...(slower && { slower }) };
}

/**
 * A period of stable as in the hour before: 1 % errors and normal latency. The number of requests is a multiple of 100.
 */
export function asEver(requests: number): VersionPeriod {
  return aVersion(requests, requests / 100, [requests / 2, requests / 10, requests / 100]);
}

/** A period with the normal errors and slow requests. */
export const SLOW = aVersion(100, 1, [90, 50, 20]);

export function aPeriod(minute: number, canary: VersionPeriod, stable = asEver(900)): PeriodRow {
  return { startsAt: OPENED_AT + minute * MINUTE, canary, stable };
}

/** This number of equal periods. */
export function periods(count: number, canary: VersionPeriod, stable?: VersionPeriod): PeriodRow[] {
  return Array.from({ length: count }, (_, minute) => aPeriod(minute, canary, stable));
}

export const HOUR_BEFORE = Array.from({ length: 60 }, (_, minute) => aPeriod(minute - 60, aVersion(0, 0)));

export const BASELINE: Baseline = baselineOf({ latenciesMs: LATENCIES, rows: HOUR_BEFORE });
