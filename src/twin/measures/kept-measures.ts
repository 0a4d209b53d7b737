/** Slipway's own metrics, kept in memory in the place of CloudWatch, and what CloudWatch would drop is kept apart. */
import { isMetric, type Measurement } from '../../domain/deployment/measurement.ts';
import type { Measures } from '../../ports/measures.ts';

const KEPT = 10_000;

export interface KeptMeasures extends Measures {
  /** The newest, oldest first. */
  list(): readonly Measurement[];
  /** What no metric can be: a mistake of its recorder. */
  refused(): readonly Measurement[];
}

export function keptMeasures(): KeptMeasures {
  const kept: Measurement[] = [];
  const refused: Measurement[] = [];
  return {
    record(measurements) {
      for (const measurement of measurements) (isMetric(measurement) ? kept : refused).push(measurement);
      if (kept.length > KEPT) kept.splice(0, kept.length - KEPT);
    },
    list: () => kept,
    refused: () => refused,
  };
}
