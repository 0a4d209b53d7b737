/**
 * Slipway's own metrics, kept in memory and not in CloudWatch. Measurements that CloudWatch would drop are kept in a
 * separate list.
 */
import { isMetric, type Measurement } from '../../domain/deployment/measurement.ts';
import type { Measures } from '../../ports/measures.ts';

const KEPT = 10_000;

export interface KeptMeasures extends Measures {
  /** The newest measurements, oldest first. */
  list(): readonly Measurement[];
  /** Measurements that cannot be a metric, which is a mistake of the code that recorded them. */
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
