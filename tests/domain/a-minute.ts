import type { JudgedRow } from '../../src/domain/verdict/period-row.ts';
import { POLICY_DEFAULTS, type SequentialPolicy, type SeriesPolicy } from '../../src/domain/verdict/policy.ts';
import { ERROR_HARMS } from '../../src/domain/verdict/ratios.ts';
import { initial, next, type SequentialState } from '../../src/domain/verdict/sequential.ts';
import { MINUTE, OPENED_AT } from './a-deployment.ts';

export function aSeries(change: Partial<SeriesPolicy> = {}): SeriesPolicy {
  const history = { rate: 0.01, burstiness: 0 };
  return { count: 'errors', name: 'errors', harms: ERROR_HARMS, history, badRate: 0.2, ...change };
}

/** A policy that judges the errors of a service with a known history, from the first minute on. */
export function aPolicy(change: Partial<SequentialPolicy> = {}): SequentialPolicy {
  const metrics = [{ name: 'errors', weight: 1, series: [aSeries()], observedOnly: false }];
  return { ...POLICY_DEFAULTS, warmUpMs: 0, metrics, ...change };
}

/** The requests and errors of one version. */
export type Calls = readonly [requests: number, errors: number];

export function aRow(minute: number, canary: Calls, stable: Calls = [900, 9]): JudgedRow {
  const version = ([requests, errors]: Calls) => ({ requests, errors, durationP99Ms: null });
  return {
    startsAt: OPENED_AT + minute * MINUTE,
    periodSeconds: 60,
    canary: version(canary),
    stable: version(stable),
  };
}

export function after(policy: SequentialPolicy, rows: readonly JudgedRow[]): SequentialState {
  return rows.reduce(next, initial(policy));
}

/** This number of equal minutes. */
export function minutes(count: number, canary: Calls, stable?: Calls): JudgedRow[] {
  return Array.from({ length: count }, (_, minute) => aRow(minute, canary, stable));
}
