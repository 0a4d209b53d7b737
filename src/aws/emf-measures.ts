/** Metrics by CloudWatch's Embedded Metric Format: a line of the log, from which CloudWatch takes the values. No call is made. */
import type { Measurement } from '../domain/measurement.ts';
import type { Measures } from '../ports.ts';

export interface EmfOrder {
  readonly stage: string;
  readonly write?: (line: string) => void;
}

export function emfMeasures({ stage, write = writeLine }: EmfOrder): Measures {
  return {
    record(measurements) {
      for (const measurement of measurements) write(JSON.stringify(emfLine(measurement, { stage })));
    },
  };
}

function emfLine({ name, value, unit, dimensions = {} }: Measurement, { stage }: { readonly stage: string }): object {
  const names = Object.keys(dimensions);
  const sets = names.length === 0 ? [['Stage']] : [['Stage'], ['Stage', ...names]];
  const directive = { Namespace: 'Slipway', Dimensions: sets, Metrics: [{ Name: name, Unit: unit }] };
  return {
    // No event carries it, and CloudWatch wants it: the clock of the log, to the millisecond.
    _aws: { Timestamp: Math.round(performance.timeOrigin + performance.now()), CloudWatchMetrics: [directive] },
    Stage: stage,
    ...dimensions,
    [name]: value,
  };
}

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
