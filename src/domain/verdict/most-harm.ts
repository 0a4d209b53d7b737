/** The most harmful data that a number of requests allows: what even it cannot show, the sequential judge never finds. */
import type { SequentialJudge } from '../service/service-spec.ts';
import { type Baseline, ERRORS, slowerThan } from './baseline.ts';
import type { JudgedRow, VersionPeriod } from './period-row.ts';
import { WHOLE_MINUTES } from './policy.ts';
import { initial, next } from './sequential.ts';
import { policyOf } from './sequential-policy.ts';

export interface PeriodRequests {
  /** The place of the period, counted from 0. */
  readonly index: number;
  /** Whole numbers. */
  readonly canary: number;
  readonly stable: number;
}

/** True when the judge does not find the canary unhealthy although all of its requests fail and are slow, and none of stable's. */
export function neverUnhealthy(judge: SequentialJudge, periods: readonly PeriodRequests[]): boolean {
  let state = initial(policyOf(judge, CALM));
  for (const { index, canary, stable } of periods) {
    const row: JudgedRow = {
      startsAt: index * judge.periodSeconds * 1_000,
      canary: versionOf(canary, canary),
      stable: versionOf(stable, 0),
    };
    state = next(state, row);
    if (state.condemned !== null) return false;
  }
  return true;
}

function versionOf(requests: number, bad: number): VersionPeriod {
  return { requests, errors: bad, durationP99Ms: null, slower: LATENCIES.map(() => bad) };
}

const LATENCIES = [1, 2, 3];
const HISTORY = { rate: 0.01, burstiness: 0, minutes: WHOLE_MINUTES };

/** A stable version without noise, for an hour: with it the judge is surest. */
const CALM: Baseline = {
  latenciesMs: LATENCIES,
  histories: Object.fromEntries([ERRORS, ...LATENCIES.map(slowerThan)].map((name) => [name, HISTORY])),
};
