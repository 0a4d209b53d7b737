import { emfMeasures } from '../../src/aws/emf-measures.ts';
import type { Measurement } from '../../src/domain/deployment/measurement.ts';
import { systemClock } from '../../src/system.ts';

function written(...measurements: Measurement[]) {
  const lines: string[] = [];
  emfMeasures({ stage: 'prod', clock: systemClock, write: (line) => lines.push(line) }).record(measurements);
  return lines.map((line) => JSON.parse(line));
}

const metric = (line: { _aws: { CloudWatchMetrics: unknown[] } }) => line._aws.CloudWatchMetrics[0];

test('a line has what CloudWatch reads: namespace, dimensions, unit, value, and a time in milliseconds', () => {
  const before = Date.now();
  const [line] = written({ name: 'DeploymentOpened', value: 1, unit: 'Count', dimensions: { Service: 'checkout' } });
  expect(line).toEqual({
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: 'Slipway',
          Dimensions: [['Stage'], ['Stage', 'Service']],
          Metrics: [{ Name: 'DeploymentOpened', Unit: 'Count' }],
        },
      ],
    },
    Stage: 'prod',
    Service: 'checkout',
    DeploymentOpened: 1,
  });
  expect(line._aws.Timestamp).toBeGreaterThanOrEqual(before);
});

test('only the metrics of rollbacks are stored by the second', () => {
  const [fast] = written({ name: 'TimeToWeightZero', value: 810, unit: 'Milliseconds', dimensions: { Service: 'a' } });
  expect(metric(fast)).toMatchObject({ Metrics: [{ Name: 'TimeToWeightZero', StorageResolution: 1 }] });
  const [slow] = written({ name: 'DeploymentDuration', value: 1, unit: 'Milliseconds' });
  expect(metric(slow)).toEqual(
    expect.objectContaining({ Metrics: [{ Name: 'DeploymentDuration', Unit: 'Milliseconds' }] }),
  );
});

test.each<[string, Record<string, string> | undefined, string[][]]>([
  ['of the stage', undefined, [['Stage']]],
  ['of a service', { Service: 'a' }, [['Stage'], ['Stage', 'Service']]],
  ['of a reason', { Reason: 'expired' }, [['Stage'], ['Stage', 'Reason']]],
  ['of a step', { Step: 'ShiftTraffic' }, [['Stage', 'Step']]],
  ['of a stage of a pipeline', { Service: 'a', PipelineStage: 'Build' }, [['Stage', 'Service', 'PipelineStage']]],
])('a measurement %s has its dimensions, and sums only what can be added', (_what, dimensions, sets) => {
  const [line] = written({ name: 'RequestsRefused', value: 1, unit: 'Count', ...(dimensions && { dimensions }) });
  expect(metric(line)).toMatchObject({ Dimensions: sets });
});

test('services that are measured at the same moment have a line each', () => {
  const of = (Service: string): Measurement => ({
    name: 'DeploymentPromoted',
    value: 1,
    unit: 'Count',
    dimensions: { Service },
  });
  expect(
    written(of('a'), of('b'), of('a')).map(({ Service, DeploymentPromoted }) => [Service, DeploymentPromoted]),
  ).toEqual([
    ['a', [1, 1]],
    ['b', 1],
  ]);
});

test('without a given output a measurement goes to standard output, on its own line', () => {
  const lines: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = ((text: string) => lines.push(text) > 0) as typeof write;
  try {
    emfMeasures({ stage: 'prod', clock: systemClock }).record([{ name: 'OutboxAge', value: 0, unit: 'Seconds' }]);
  } finally {
    process.stdout.write = write;
  }
  expect(lines).toEqual([expect.stringMatching(/^\{.*"OutboxAge":0\}\n$/)]);
});

test('an invalid metric is reported in the log, with its name and the fault', () => {
  const [line] = written({ name: 'OutboxAge', value: Number.NaN, unit: 'Seconds' });
  expect(line).toEqual({ level: 'ERROR', message: expect.stringMatching(/^OutboxAge is no metric: NaN with/) });
});
