/** Slipway's own metrics, kept in memory in the place of CloudWatch, and what CloudWatch would drop is kept apart. */
import type { Measurement } from '../../domain/measurement.ts';
import type { Measures } from '../../ports.ts';

const KEPT = 10_000;
const DIMENSION_LENGTH_MAX = 1_024;
/** Printable ASCII, more than blanks, and no colon in front, as CloudWatch wants it. */
const DIMENSION = /^(?!:)[ -~]*[!-~][ -~]*$/;
/** CloudWatch takes 30, and the stage is one. */
const DIMENSIONS_MAX = 29;

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

function isMetric({ value, dimensions = {} }: Measurement): boolean {
  const entries = Object.entries(dimensions);
  const isDimension = ([name, word]: [string, string]) =>
    name !== 'Stage' && DIMENSION.test(word) && word.length <= DIMENSION_LENGTH_MAX;
  return Number.isFinite(value) && value >= 0 && entries.length <= DIMENSIONS_MAX && entries.every(isDimension);
}
