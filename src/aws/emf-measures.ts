/**
 * CloudWatch metrics by the Embedded Metric Format: a line in the log of the function, which CloudWatch takes the metrics
 * from. Nothing is called and nothing is waited for.
 */
import { Metrics } from '@aws-lambda-powertools/metrics';
import { isMetric, type Measurement, type MeasurementName } from '../domain/measurement.ts';
import type { Measures } from '../ports.ts';

const NAMESPACE = 'Slipway';
/** Kept by the second. It costs more to keep and to read, so only what an alarm of ten seconds may look at. */
const BY_THE_SECOND: ReadonlySet<MeasurementName> = new Set(['TimeToWeightZero'] as const);
const RESOLUTION = { second: 1, minute: 60 } as const;
/** Parts of one whole: what has only this dimension is also kept without it. */
const PARTS: ReadonlySet<string> = new Set(['Service', 'Reason']);
const VALUES_MAX = 50;

export interface EmfOrder {
  readonly stage: string;
  readonly write?: (line: string) => void;
}

export function emfMeasures({ stage, write = writeLine }: EmfOrder): Measures {
  // Made when the first line is written: it opens the streams, and that is after the work whose time counts.
  let kept: Metrics | undefined;
  return {
    record(measurements) {
      const good = measurements.filter((measurement) => {
        const isKept = isMetric(measurement);
        // A line for a person in the place of one for CloudWatch, which would drop it and say so to nobody.
        if (!isKept) write(JSON.stringify({ level: 'ERROR', message: problemOf(measurement) }));
        return isKept;
      });
      for (const group of groupsOf(good)) {
        kept ??= metricsOf(stage);
        write(lineOf(kept, group));
      }
    },
  };
}

function problemOf({ name, value, dimensions = {} }: Measurement): string {
  const what = `${value} with ${JSON.stringify(dimensions).slice(0, 100)}`;
  return `${name} is no metric: ${what}. Mend who records it.`;
}

/** Powertools gives each metric a dimension `service` of its own, which here is the stage's business. */
function metricsOf(stage: string): Metrics {
  const metrics = new Metrics({ namespace: NAMESPACE });
  metrics.clearDefaultDimensions();
  return metrics.setDefaultDimensions({ Stage: stage });
}

/** With the same dimensions, and not so many that Powertools would write them by itself. */
function groupsOf(measurements: readonly Measurement[]): (readonly Measurement[])[] {
  const keyOf = ({ dimensions = {} }: Measurement) => JSON.stringify(Object.entries(dimensions).sort());
  return [...Map.groupBy(measurements, keyOf).values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / VALUES_MAX) }, (_, index) =>
      group.slice(index * VALUES_MAX, (index + 1) * VALUES_MAX),
    ),
  );
}

function lineOf(metrics: Metrics, group: readonly Measurement[]): string {
  for (const set of dimensionSets({ ...group[0]?.dimensions })) metrics.addDimensions(set);
  for (const { name, value, unit } of group)
    metrics.addMetric(name, unit, value, BY_THE_SECOND.has(name) ? RESOLUTION.second : RESOLUTION.minute);
  const line = JSON.stringify(metrics.serializeMetrics());
  metrics.clearMetrics();
  metrics.clearDimensions();
  return line;
}

/** Besides the stage, which is in all of them. */
function dimensionSets(dimensions: Record<string, string>): Record<string, string>[] {
  const [name, ...others] = Object.keys(dimensions);
  const isPart = name !== undefined && others.length === 0 && PARTS.has(name);
  return isPart ? [{}, dimensions] : [dimensions];
}

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
