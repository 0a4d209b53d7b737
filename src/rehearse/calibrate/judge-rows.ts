/** Drawn minutes as the shipped judge reads them, by its own functions: what was before the rollout, and the rows since. */
import { type Baseline, baselineOf, latencyThresholds } from '../../domain/verdict/baseline.ts';
import { judgedRows } from '../../domain/verdict/judged-rows.ts';
import type { MinuteRow } from '../../domain/verdict/minute-row.ts';
import { normalQuantile } from '../../domain/verdict/normal-quantile.ts';
import type { VersionPeriod } from '../../domain/verdict/period-row.ts';
import { type DrawnVersion, latencySigma, SHARES_ABOVE } from '../model/draw-minutes.ts';
import type { ServiceModel } from '../model/service-model.ts';

const MINUTE_MS = 60_000;

/** What the judge would have fixed at its first look: from the hour before, with the latencies as the model has them. */
export function baselineFrom(model: ServiceModel, before: readonly DrawnVersion[]): Baseline {
  const sigma = latencySigma(model);
  const quantilesMs = SHARES_ABOVE.map((share) => model.medianMs * Math.exp(sigma * normalQuantile(1 - share)));
  const rows = before.map((drawn, minute) => ({
    startsAt: minute * MINUTE_MS,
    canary: periodOf({ requests: 0, errors: 0, slower: [] }),
    stable: periodOf(drawn),
  }));
  return baselineOf({ latenciesMs: latencyThresholds(quantilesMs), rows });
}

export interface DrawnMinute {
  readonly minute: number;
  readonly canary: DrawnVersion;
  readonly stable: DrawnVersion;
}

export function minuteRow({ minute, canary, stable }: DrawnMinute, { latenciesMs }: Baseline): MinuteRow {
  const rows = [{ startsAt: minute * MINUTE_MS, canary: periodOf(canary), stable: periodOf(stable) }];
  return judgedRows({ rows, periodSeconds: 60, latenciesMs })[0] as MinuteRow;
}

function periodOf({ requests, errors, slower }: DrawnVersion): VersionPeriod {
  return { requests, errors, durationP99Ms: null, slower };
}
