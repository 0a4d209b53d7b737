/** Slipway's own metrics: each line for CloudWatch, as the PutMetricData that CloudWatch makes from it. */

import { emfMeasures } from '../../src/aws/emf-measures.ts';
import type { Measurement } from '../../src/domain/deployment/measurement.ts';
import { systemClock } from '../../src/system.ts';
import type { SdkInput } from './observed-commands.ts';

interface Line {
  readonly _aws?: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly {
        readonly Name: string;
        readonly Unit: string;
        readonly StorageResolution?: number;
      }[];
    }[];
  };
  readonly [field: string]: unknown;
}

/**
 * The longest and the oddest words that reach a dimension. A word that the adapter refuses gives a line without
 * metrics.
 */
const WORDS = ['checkout', 's'.repeat(63), 'x'.repeat(1_024), 'x'.repeat(1_025), ' ', ':colon', 'Köln', '語', '\u0007'];

export function measuredInputs(): SdkInput[] {
  const lines: string[] = [];
  const measures = emfMeasures({ stage: 's'.repeat(63), clock: systemClock, write: (line) => lines.push(line) });
  measures.record(
    WORDS.flatMap((word) =>
      [0, 1, 1e12, Number.NaN, Number.POSITIVE_INFINITY].map(
        (value): Measurement => ({
          name: 'TimeToWeightZero',
          value,
          unit: 'Milliseconds',
          dimensions: { Service: word },
        }),
      ),
    ),
  );
  measures.record(Array.from({ length: 230 }, () => ({ name: 'DeploymentOpened', value: 1, unit: 'Count' }) as const));
  return lines.map((line) => JSON.parse(line) as Line).flatMap(inputsOf);
}

function inputsOf(line: Line): SdkInput[] {
  return (line._aws?.CloudWatchMetrics ?? []).map(({ Namespace, Dimensions, Metrics }) => ({
    service: 'cloudwatch',
    operation: 'PutMetricData',
    madeAt: 'src/aws/emf-measures.ts',
    input: {
      Namespace,
      MetricData: Metrics.flatMap(({ Name, Unit, StorageResolution = 60 }) =>
        Dimensions.flatMap((names) =>
          [line[Name]].flat().map((Value) => ({
            MetricName: Name,
            Value,
            Unit,
            StorageResolution,
            Timestamp: new Date(line._aws?.Timestamp ?? 0),
            Dimensions: names.map((dimension) => ({ Name: dimension, Value: line[dimension] })),
          })),
        ),
      ),
    },
  }));
}
