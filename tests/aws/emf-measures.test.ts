import { emfMeasures } from '../../src/aws/emf-measures.ts';

test('a measurement is one line that CloudWatch takes for a metric, of the stage and of what it is about', () => {
  const lines: string[] = [];
  const { record } = emfMeasures({ stage: 'prod', write: (line) => void lines.push(line) });
  record([
    { name: 'RequestsRefused', value: 1, unit: 'Count', dimensions: { Reason: 'expired' } },
    { name: 'OutboxAge', value: 3, unit: 'Seconds' },
  ]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'Slipway',
            Dimensions: [['Stage'], ['Stage', 'Reason']],
            Metrics: [{ Name: 'RequestsRefused', Unit: 'Count' }],
          },
        ],
      },
      Stage: 'prod',
      Reason: 'expired',
      RequestsRefused: 1,
    },
    { _aws: { CloudWatchMetrics: [{ Dimensions: [['Stage']] }] }, Stage: 'prod', OutboxAge: 3 },
  ]);
});
