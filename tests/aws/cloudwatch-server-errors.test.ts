/** Server errors in CloudWatch. They are in another namespace than Lambda's own errors. */
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { judgeRows } from '../../src/domain/verdict/judge-rows.ts';
import { aSequentialJudge } from '../domain/a-sequential-judge.ts';
import {
  anHourLater,
  cloudwatch,
  holds,
  metrics,
  minute,
  query,
  requests,
  t0,
  type Values,
} from './cloudwatch-series.ts';

beforeEach(anHourLater);

test('the server errors of both versions are read by the dimensions of Lambda, and an invocation is bad once', async () => {
  const values: Values = {
    '42 Invocations': { 0: 10, 1: 10 },
    '42 Errors': { 0: 2, 1: 9 },
    'all ServerErrors': { 0: 5, 1: 5 },
    '42 ServerErrors': { 0: 5, 1: 4 },
    '41 Invocations': { 0: 90, 1: 90 },
    '41 ServerErrors': { 0: 0, 1: 1 },
  };
  cloudwatch.on(GetMetricDataCommand).callsFake(holds(values));
  const rows = (await metrics.read([{ ...query, metrics: ['errorRatePercent'] }])).get('dep-1');

  expect(rows?.map(({ canary, stable }) => [canary, stable])).toEqual([
    [
      { requests: 10, errors: 7, serverErrors: 5, durationP99Ms: null },
      { requests: 90, errors: 0, durationP99Ms: null },
    ],
    [
      // Three of its four server errors belong to invocations that also failed.
      { requests: 10, errors: 10, serverErrors: 1, durationP99Ms: null },
      { requests: 90, errors: 1, serverErrors: 1, durationP99Ms: null },
    ],
  ]);
  const series = requests()[1]?.MetricDataQueries?.find(({ Id }) => Id === 'canary_serverErrors_0');
  expect(series?.MetricStat).toMatchObject({
    Metric: {
      Namespace: 'Slipway/Services',
      MetricName: 'ServerErrors',
      Dimensions: [
        { Name: 'FunctionName', Value: 'checkout' },
        { Name: 'Resource', Value: 'checkout:live' },
        { Name: 'ExecutedVersion', Value: '42' },
      ],
    },
    Period: 60,
    Stat: 'Sum',
  });
});

test('a version that answers 500 to every call is bad in AWS, although none of its invocations failed', async () => {
  const everyMinute = (value: number) => Object.fromEntries(Array.from({ length: 10 }, (_, at) => [at, value]));
  const values: Values = {
    '42 Invocations': everyMinute(50),
    'all ServerErrors': everyMinute(50),
    '42 ServerErrors': everyMinute(50),
    '41 Invocations': everyMinute(450),
    '41 ServerErrors': everyMinute(0),
  };
  cloudwatch.on(GetMetricDataCommand).callsFake(holds(values));
  const to = t0 + 10 * minute;
  const rows = (await metrics.read([{ ...query, to }])).get('dep-1') ?? [];
  const judge = aSequentialJudge({ warmUp: { seconds: 0 } });

  const { kind, because } = judgeRows({ judge, rows, alarms: [], until: to });

  expect(kind).toBe('unhealthy');
  expect(because).toMatch(/Server errors \(answers of 500 or more\) are 500 of the canary's 500 errors/);
});

test('the first version that counts its server errors is not blamed for those that stable did not count', async () => {
  const values: Values = {
    '42 Invocations': { 0: 10 },
    'all ServerErrors': { 0: 5 },
    '42 ServerErrors': { 0: 5 },
    '41 Invocations': { 0: 90 },
  };
  cloudwatch.on(GetMetricDataCommand).callsFake(holds(values));
  const [row] = (await metrics.read([query])).get('dep-1') ?? [];
  expect([row?.canary.errors, row?.stable.errors]).toEqual([0, 0]);
});

test('while the metric of both versions shows no server errors, the reader does not ask for each version', async () => {
  cloudwatch.on(GetMetricDataCommand).callsFake(holds({ '42 Invocations': { 0: 10 }, 'all ServerErrors': { 0: 0 } }));
  await metrics.read([query]);
  expect(requests()).toHaveLength(1);
  const all = requests()[0]?.MetricDataQueries?.find(({ Id }) => Id === 'all_serverErrors_0');
  expect(all?.MetricStat?.Metric?.Dimensions).toEqual([
    { Name: 'FunctionName', Value: 'checkout' },
    { Name: 'Resource', Value: 'checkout:live' },
  ]);
});

test('in periods of ten seconds the errors are those that the function writes, with the server errors', async () => {
  cloudwatch.on(GetMetricDataCommand).callsFake(holds({}));
  await metrics.read([{ ...query, periodSeconds: 10 }]);
  const names = requests()[0]?.MetricDataQueries?.map(({ MetricStat }) => MetricStat?.Metric?.MetricName);
  expect(new Set(names)).toEqual(new Set(['Invocations', 'Errors', 'Duration']));
});
