/** Drawn periods of one minute as the shipped judge reads them: the baseline from the hour before, and the rows since. */
import { type Baseline, baselineOf, latencyThresholds } from '../../domain/verdict/baseline.ts';
import { normalQuantile } from '../../domain/verdict/normal-quantile.ts';
import type { PeriodRow, VersionPeriod } from '../../domain/verdict/period-row.ts';
import { type DrawnVersion, latencySigma, SHARES_ABOVE } from '../model/draw-period.ts';
import type { ServiceModel } from '../model/service-model.ts';

const PERIOD_MS = 60_000;

/** The baseline of the judge's first look: from the hour before, with the latencies of the model. */
export function baselineFrom(model: ServiceModel, before: readonly DrawnVersion[]): Baseline {
  const sigma = latencySigma(model);
  const quantilesMs = SHARES_ABOVE.map((share) => model.medianMs * Math.exp(sigma * normalQuantile(1 - share)));
  const rows = before.map((drawn, index) => ({
    startsAt: index * PERIOD_MS,
    canary: periodOf({ requests: 0, errors: 0, slower: [] }),
    stable: periodOf(drawn),
  }));
  return baselineOf({ latenciesMs: latencyThresholds(quantilesMs), rows });
}

export interface DrawnPeriod {
  /** The number of the period: the minutes since the rollout began. */
  readonly minute: number;
  readonly canary: DrawnVersion;
  readonly stable: DrawnVersion;
}

export function rowOf({ minute, canary, stable }: DrawnPeriod): PeriodRow {
  return { startsAt: minute * PERIOD_MS, canary: periodOf(canary), stable: periodOf(stable) };
}

function periodOf({ requests, errors, slower }: DrawnVersion): VersionPeriod {
  return { requests, errors, durationP99Ms: null, slower };
}
