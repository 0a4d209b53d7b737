/**
 * Records CloudWatch metrics in the Embedded Metric Format: a line in the function's log, from which CloudWatch reads
 * the metrics. It makes no call and waits for nothing.
 */
import { isMetric, type Measurement, type MeasurementName } from '../domain/deployment/measurement.ts';
import type { Clock } from '../ports/clock.ts';
import type { Measures } from '../ports/measures.ts';

const NAMESPACE = 'Slipway';
/**
 * Metrics with a resolution of one second. They cost more to keep and to read, so only those that an alarm of ten
 * seconds may use.
 */
const BY_THE_SECOND: ReadonlySet<MeasurementName> = new Set(['TimeToWeightZero'] as const);
/** Dimensions that divide one total. A metric with only one of these dimensions is also recorded without it. */
const PARTS: ReadonlySet<string> = new Set(['Service', 'Reason']);
/** CloudWatch accepts 100 values of a metric in one line; this is half of that. */
const VALUES_MAX = 50;

export interface EmfOrder {
  readonly stage: string;
  readonly write?: (line: string) => void;
  readonly clock: Clock;
}

export function emfMeasures({ stage, write = writeLine, clock }: EmfOrder): Measures {
  return {
    record(measurements) {
      const good = measurements.filter((measurement) => {
        const isKept = isMetric(measurement);
        // Logs an error for a person. CloudWatch would drop the metric without any message.
        if (!isKept) write(JSON.stringify({ level: 'ERROR', message: problemOf(measurement) }));
        return isKept;
      });
      for (const group of groupsOf(good)) write(lineOf(group, { stage, at: clock.now() }));
    },
  };
}

function problemOf({ name, value, dimensions = {} }: Measurement): string {
  const what = `${value} with ${JSON.stringify(dimensions).slice(0, 100)}`;
  return `${name} is no metric: ${what}. Mend who records it.`;
}

/** Groups measurements with the same dimensions, with no more in a group than one line may have. */
function groupsOf(measurements: readonly Measurement[]): (readonly Measurement[])[] {
  const keyOf = ({ dimensions = {} }: Measurement) => JSON.stringify(Object.entries(dimensions).sort());
  return [...Map.groupBy(measurements, keyOf).values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / VALUES_MAX) }, (_, index) =>
      group.slice(index * VALUES_MAX, (index + 1) * VALUES_MAX),
    ),
  );
}

function lineOf(group: readonly Measurement[], { stage, at }: { readonly stage: string; readonly at: number }): string {
  const dimensions = group[0]?.dimensions ?? {};
  const named = Map.groupBy(group, ({ name }) => name);
  const metrics = [...named.values()].flatMap(([first]) => (first === undefined ? [] : definitionOf(first)));
  const values = [...named].map(([name, all]): [string, number | number[]] => {
    const numbers = all.map(({ value }) => value);
    return [name, numbers.length > 1 ? numbers : (numbers[0] ?? 0)];
  });
  const sets = dimensionSets(dimensions).map((names) => ['Stage', ...names]);
  const definition = { Namespace: NAMESPACE, Dimensions: sets, Metrics: metrics };
  return JSON.stringify({
    _aws: { Timestamp: at, CloudWatchMetrics: [definition] },
    Stage: stage,
    ...dimensions,
    ...Object.fromEntries(values),
  });
}

function definitionOf({ name, unit }: Measurement): object {
  return { Name: name, Unit: unit, ...(BY_THE_SECOND.has(name) && { StorageResolution: 1 }) };
}

/** The sets of dimensions, without the stage, which is in all of them. */
function dimensionSets(dimensions: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  const names = Object.keys(dimensions);
  const isPart = names.length === 1 && names.every((name) => PARTS.has(name));
  return isPart ? [[], names] : [names];
}

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
