/** Slipway's own metrics, kept in the order in which they were recorded. */
import type { Measurement } from '../../domain/measurement.ts';
import type { Measures } from '../../ports.ts';

export interface RehearsedMeasures extends Measures {
  recorded(): readonly Measurement[];
}

/** The newest; a server that runs for weeks keeps no more. */
const KEPT = 10_000;

export function rehearsedMeasures(): RehearsedMeasures {
  const kept: Measurement[] = [];
  return {
    record(measurements) {
      kept.push(...measurements);
      if (kept.length > KEPT) kept.splice(0, kept.length - KEPT);
    },
    recorded: () => kept,
  };
}
