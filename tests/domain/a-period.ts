import { type Baseline, baselineOf } from '../../src/domain/verdict/baseline.ts';
import type { PeriodRow, VersionPeriod } from '../../src/domain/verdict/period-row.ts';
import { MINUTE, OPENED_AT } from './a-deployment.ts';

/** The latencies that half, nine in ten and 99 in a hundred requests of stable do not exceed, as `asEver` counts them. */
export const LATENCIES = [40, 90, 180];

/** One version in a minute: requests, errors, and how many were slower than each of LATENCIES, if that was counted. */
export function aVersion(requests: number, errors: number, slower?: readonly number[]): VersionPeriod {
  return { requests, errors, durationP99Ms: null, ...(slower && { slower }) };
}

/** 1 % errors, and the latency of the hour before; of a multiple of 100 requests. */
export function asEver(requests: number): VersionPeriod {
  return aVersion(requests, requests / 100, [requests / 2, requests / 10, requests / 100]);
}

/** The errors of ever, and slow. */
export const SLOW = aVersion(100, 1, [90, 50, 20]);

export function aPeriod(minute: number, canary: VersionPeriod, stable = asEver(900)): PeriodRow {
  return { startsAt: OPENED_AT + minute * MINUTE, canary, stable };
}

/** As many periods that are all alike. */
export function periods(count: number, canary: VersionPeriod, stable?: VersionPeriod): PeriodRow[] {
  return Array.from({ length: count }, (_, minute) => aPeriod(minute, canary, stable));
}

export const HOUR_BEFORE = Array.from({ length: 60 }, (_, minute) => aPeriod(minute - 60, aVersion(0, 0)));

export const BASELINE: Baseline = baselineOf({ latenciesMs: LATENCIES, rows: HOUR_BEFORE });
