import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  anHourLater,
  clock,
  cloudwatch,
  holds,
  metrics,
  minute,
  query,
  requests,
  t0,
  type Values,
} from './cloudwatch-series.ts';
import { sdkError } from './sdk-error.ts';

beforeEach(anHourLater);

test('a query asks in one call for three metrics of each version by all dimensions, and for one of both together', async () => {
  cloudwatch.on(GetMetricDataCommand).callsFake(holds({}));
  await metrics.read([query]);
  const [request] = requests();
  expect(request).toMatchObject({
    StartTime: new Date(t0),
    EndTime: new Date(t0 + 3 * minute),
    ScanBy: 'TimestampAscending',
  });
  expect(request?.MetricDataQueries).toHaveLength(7);
  expect(request?.MetricDataQueries?.[2]).toEqual({
    Id: 'canary_durationP99Ms_0',
    MetricStat: {
      Metric: {
        Namespace: 'AWS/Lambda',
        MetricName: 'Duration',
        Dimensions: [
          { Name: 'FunctionName', Value: 'checkout' },
          { Name: 'Resource', Value: 'checkout:live' },
          { Name: 'ExecutedVersion', Value: '42' },
        ],
      },
      Period: 60,
      Stat: 'p99',
    },
  });
});

test('rows hold both versions, oldest first; missing errors are 0, and a minute without requests has no row', async () => {
  const values: Values = {
    '42 Invocations': { 2: 10, 0: 8 },
    '42 Errors': { 2: 3 },
    '42 Duration': { 2: 120.5, 0: 80 },
    '41 Invocations': { 0: 90 },
    '41 Errors': { 1: 1 },
    '41 Duration': { 0: 70 },
  };
  cloudwatch.on(GetMetricDataCommand).callsFake(holds(values));
  expect((await metrics.read([query])).get('dep-1')).toEqual([
    {
      startsAt: t0,
      canary: { requests: 8, errors: 0, durationP99Ms: 80 },
      stable: { requests: 90, errors: 0, durationP99Ms: 70 },
    },
    {
      startsAt: t0 + 2 * minute,
      canary: { requests: 10, errors: 3, durationP99Ms: 120.5 },
      stable: { requests: 0, errors: 0, durationP99Ms: null },
    },
  ]);
});

test('only closed periods are read: a window that begins or ends within one leaves it out', async () => {
  cloudwatch.on(GetMetricDataCommand).callsFake(holds({ '42 Invocations': { 0: 1, 1: 1, 2: 1, 3: 1 } }));
  const answers = await metrics.read([{ ...query, from: t0 + 1, to: t0 + 3 * minute - 1 }]);
  expect(answers.get('dep-1')?.map(({ startsAt }) => startsAt)).toEqual([t0 + minute]);
  expect(requests()[0]).toMatchObject({ StartTime: new Date(t0 + minute), EndTime: new Date(t0 + 2 * minute) });
});

test('a period that is not over is not read, however late the query ends', async () => {
  clock.at = t0 + 2 * minute - 1;
  cloudwatch.on(GetMetricDataCommand).callsFake(holds({ '42 Invocations': { 0: 1, 1: 1 } }));
  const answers = await metrics.read([query]);
  expect(answers.get('dep-1')?.map(({ startsAt }) => startsAt)).toEqual([t0]);
  expect(requests()[0]).toMatchObject({ EndTime: new Date(t0 + minute) });
});

test('a window without a closed period has no rows and costs no call', async () => {
  expect(await metrics.read([{ ...query, from: t0 + 1, to: t0 + minute }])).toEqual(new Map([['dep-1', []]]));
  expect(requests()).toHaveLength(0);
});

test('without a rule on durations the durations are not read, and are null', async () => {
  cloudwatch.on(GetMetricDataCommand).callsFake(holds({ '42 Invocations': { 0: 4 }, '42 Duration': { 0: 80 } }));
  const answers = await metrics.read([{ ...query, metrics: ['errorRatePercent'] }]);
  expect(requests()[0]?.MetricDataQueries).toHaveLength(5);
  expect(answers.get('dep-1')?.[0]?.canary).toEqual({ requests: 4, errors: 0, durationP99Ms: null });
});

test('periods of ten seconds come from the high-resolution metrics, within the three hours that they are kept', async () => {
  cloudwatch.on(GetMetricDataCommand).callsFake(holds({}));
  const to = t0 + 10 * 3_600_000 + 25_000;
  clock.at = to;
  await metrics.read([{ ...query, to, periodSeconds: 10 }]);
  const [request] = requests();
  expect(request?.MetricDataQueries?.[0]?.MetricStat).toMatchObject({ Period: 10, Metric: { Namespace: 'Slipway' } });
  expect(request?.EndTime).toEqual(new Date(to - 5_000));
  expect(to - (request?.StartTime?.getTime() ?? 0)).toBeLessThan(3 * 3_600_000);
});

test('each query gets its own rows out of a shared call, by its own window', async () => {
  cloudwatch
    .on(GetMetricDataCommand)
    .callsFake(holds({ '42 Invocations': { 0: 1, 1: 2, 2: 3 }, '52 Invocations': { 0: 7 } }));
  const later = { ...query, id: 'dep-2', from: t0 + minute };
  const other = { ...query, id: 'dep-3', canary: '52' };
  const answers = await metrics.read([later, query, other]);
  const counts = (id: string) => answers.get(id)?.map(({ canary }) => canary.requests);
  expect([counts('dep-1'), counts('dep-2'), counts('dep-3')]).toEqual([[1, 2, 3], [2, 3], [7]]);
  expect(requests()).toHaveLength(1);
});

test('queries of different period lengths do not share a call', async () => {
  cloudwatch.on(GetMetricDataCommand).callsFake(holds({}));
  await metrics.read([query, { ...query, id: 'dep-2', periodSeconds: 10 }, { ...query, id: 'dep-3' }]);
  expect(requests().map(({ MetricDataQueries }) => MetricDataQueries?.length)).toEqual([6, 14]);
});

test('a thousand rollouts judged by errors take ten calls, and fifteen when durations are judged too', async () => {
  cloudwatch.on(GetMetricDataCommand).callsFake(holds({}));
  const rollouts = Array.from({ length: 1_000 }, (_, index) => ({ ...query, id: `dep-${index}`, from: t0 - index }));
  const answers = await metrics.read(
    rollouts.map((rollout) => ({ ...rollout, metrics: ['errorRatePercent'] as const })),
  );
  expect(answers.size).toBe(1_000);
  expect(requests()).toHaveLength(10);
  await metrics.read(rollouts);
  expect(requests()).toHaveLength(10 + 15);
  expect(Math.max(...requests().map(({ MetricDataQueries }) => MetricDataQueries?.length ?? 0))).toBeLessThanOrEqual(
    500,
  );
});

test('all pages of an answer are read, and a series that is partial on one page may be complete on the next', async () => {
  const page = (minutes: number[], StatusCode: 'PartialData' | 'Complete') => ({
    MetricDataResults: [
      {
        Id: 'canary_requests_0',
        Timestamps: minutes.map((at) => new Date(t0 + at * minute)),
        Values: minutes.map(() => 5),
        StatusCode,
      },
    ],
  });
  cloudwatch.on(GetMetricDataCommand).resolves({ ...page([0], 'PartialData'), NextToken: 'more' });
  cloudwatch.on(GetMetricDataCommand, { NextToken: 'more' }).resolves(page([1, 2], 'Complete'));
  expect((await metrics.read([query])).get('dep-1')).toHaveLength(3);
  expect(requests()).toHaveLength(2);
});

test('a throttle on any page is Transient, and the pages before it are not returned', async () => {
  cloudwatch
    .on(GetMetricDataCommand)
    .callsFake((input) => ({ ...holds({ '42 Invocations': { 0: 5 } })(input), NextToken: 'more' }));
  cloudwatch.on(GetMetricDataCommand, { NextToken: 'more' }).rejects(sdkError('ThrottlingException'));
  await expect(metrics.read([query])).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringMatching(/^Could not read 7 metric series: Throttling/),
  });
  expect(requests()).toHaveLength(2);
});

test('a metric that does not exist has no rows and no latencies', async () => {
  cloudwatch.on(GetMetricDataCommand).callsFake(holds({}));
  expect(await metrics.read([{ ...query, latenciesMs: [20] }])).toEqual(new Map([['dep-1', []]]));
  expect(await metrics.readLatencies([query])).toEqual(new Map([['dep-1', []]]));
});

test('series that stay partial are read again, alone', async () => {
  const fake = { first: true };
  cloudwatch.on(GetMetricDataCommand).callsFake((input) => {
    const answer = holds({ '42 Invocations': { 0: 5 } })(input);
    if (!fake.first) return answer;
    fake.first = false;
    const [head, ...rest] = answer.MetricDataResults;
    return { MetricDataResults: [{ ...head, Timestamps: [], Values: [], StatusCode: 'PartialData' }, ...rest] };
  });
  expect((await metrics.read([query])).get('dep-1')?.[0]?.canary.requests).toBe(5);
  expect(requests().map(({ MetricDataQueries }) => MetricDataQueries?.length)).toEqual([7, 1]);
});

test('series that stay partial are Transient: with half of its errors missing a canary would look good', async () => {
  cloudwatch.on(GetMetricDataCommand).callsFake(holds({}, 'PartialData'));
  await expect(metrics.read([query])).rejects.toMatchObject({ name: 'Transient' });
  expect(requests()).toHaveLength(3);
});

test('a metric that Slipway may not read is Broken, and a throttle is Transient', async () => {
  cloudwatch.on(GetMetricDataCommand).resolvesOnce({
    MetricDataResults: [{ Id: 'canary_requests_0', StatusCode: 'Forbidden' }],
  });
  await expect(metrics.read([query])).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('cloudwatch:GetMetricData'),
  });
  cloudwatch.on(GetMetricDataCommand).rejects(sdkError('ThrottlingException'));
  await expect(metrics.read([query])).rejects.toMatchObject({ name: 'Transient' });
});
