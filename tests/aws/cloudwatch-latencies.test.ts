import { GetMetricDataCommand, type GetMetricDataInput } from '@aws-sdk/client-cloudwatch';
import type { MetricsQuery } from '../../src/ports/metrics.ts';
import { onRoute } from '../domain/a-workload.ts';
import { anHourLater, query as aQuery, cloudwatch, metrics, minute, t0 } from './cloudwatch-series.ts';
import { sdkError } from './sdk-error.ts';

const query: MetricsQuery = {
  ...aQuery,
  to: t0 + 4 * minute,
  metrics: ['errorRatePercent'],
  latenciesMs: [0.25, 40, 250.5],
};
const groups = {
  kind: 'targetGroups',
  loadBalancer: 'app/shop/0123456789abcdef',
  stable: 'targetgroup/orders/0123456789abcdef',
  canary: 'targetgroup/orders-canary/fedcba9876543210',
} as const;
const balanced = {
  ...query,
  target: {
    ...onRoute({ kind: 'albIngress', name: 'shop-front' }),
    manifests: { folder: 'deploy' },
    metricsFrom: groups,
  },
} satisfies MetricsQuery;

beforeEach(anHourLater);

/** For each series of a call: its id, its statistic and its metric. */
const asked = () =>
  cloudwatch
    .commandCalls(GetMetricDataCommand)
    .map(({ args: [{ input }] }) =>
      (input.MetricDataQueries ?? []).map(
        ({ Id, MetricStat }) => `${Id}: ${MetricStat?.Stat} of ${MetricStat?.Metric?.MetricName}`,
      ),
    );

type Values = Record<string, Record<number, number>>;

/**
 * Sets what CloudWatch holds, by `version statistic of metric`, in minutes from t0. The version is the last of the
 * dimensions.
 */
function hold(values: Values, { throttledAfter = 1_000 } = {}): void {
  cloudwatch.on(GetMetricDataCommand).callsFake(({ MetricDataQueries = [] }: GetMetricDataInput) => {
    if (asked().length > throttledAfter) throw sdkError('ThrottlingException');
    const MetricDataResults = MetricDataQueries.map(({ Id, MetricStat }) => {
      const version = MetricStat?.Metric?.Dimensions?.at(-1)?.Value;
      const points = Object.entries(
        values[`${version} ${MetricStat?.Stat} of ${MetricStat?.Metric?.MetricName}`] ?? {},
      );
      const Timestamps = points.map(([at]) => new Date(t0 + Number(at) * minute));
      return { Id, Timestamps, Values: points.map(([, value]) => value), StatusCode: 'Complete' };
    });
    return { MetricDataResults };
  });
}

async function slower() {
  const rows = (await metrics.read([query])).get('dep-1') ?? [];
  return rows.map(({ canary, stable }) => [canary.slower, stable.slower]);
}

/** Both versions had ten requests in each of the first two minutes, and none of them was slow. */
const bothCalled: Values = { '42 Sum of Invocations': { 0: 10, 1: 10 }, '41 Sum of Invocations': { 0: 10, 1: 10 } };
const counted: Values = Object.fromEntries(
  ['41', '42'].flatMap((version) =>
    ['0.25', '40', '250.5'].map((latency) => [`${version} TC(${latency}:) of Duration`, { 0: 1 }]),
  ),
);

describe('counts of requests above latencies', () => {
  test('the counts are read beside requests and errors: eleven series for three latencies', async () => {
    hold({ ...bothCalled, ...counted });
    await metrics.read([query]);
    expect(asked()).toEqual([
      [
        ...['canary', 'stable'].flatMap((arm) => [
          `${arm}_requests_0: Sum of Invocations`,
          `${arm}_errors_0: Sum of Errors`,
          `${arm}_slower0_0: TC(0.25:) of Duration`,
          `${arm}_slower1_0: TC(40:) of Duration`,
          `${arm}_slower2_0: TC(250.5:) of Duration`,
        ]),
        'all_serverErrors_0: Sum of ServerErrors',
      ],
    ]);
  });

  test('the counts have the order of the latencies, and stay as CloudWatch gives them even where impossible', async () => {
    hold({
      ...bothCalled,
      ...counted,
      '42 TC(0.25:) of Duration': { 0: 12, 1: 10 },
      '42 TC(40:) of Duration': { 0: 5, 1: 4 },
      '42 TC(250.5:) of Duration': { 0: 1, 1: 2 },
    });
    expect((await slower()).map(([canary]) => canary)).toEqual([
      [12, 5, 1],
      [10, 4, 2],
    ]);
  });

  test('the counts are 0 in a minute without a count when other minutes have one, and in a minute without requests', async () => {
    hold({ ...bothCalled, ...counted, '41 Sum of Invocations': { 0: 10 } });
    expect(await slower()).toEqual([
      [
        [1, 1, 1],
        [1, 1, 1],
      ],
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
    ]);
  });

  test('the counts of a thousand rollouts take twenty-three calls', async () => {
    hold({});
    await metrics.read(Array.from({ length: 1_000 }, (_, index) => ({ ...query, id: `dep-${index}` })));
    expect(asked().map((series) => series.length)).toEqual([...Array(22).fill(495), 110]);
  });
});

describe('a metric without counts above latencies', () => {
  const without: Values = {
    ...bothCalled,
    ...counted,
    '42 TC(40:) of Duration': {},
    '42 TC(250.5:) of Duration': {},
  };

  test('the share of requests below each latency is read only for that metric, and becomes a whole number', async () => {
    hold({
      ...without,
      '42 SampleCount of Duration': { 0: 10, 1: 7 },
      '42 PR(:40) of Duration': { 0: 80, 1: 57.142857142857146 },
      '42 PR(:250.5) of Duration': { 0: 100, 1: 100 },
    });
    const other = { ...query, id: 'dep-2', canary: '41' };
    const answers = await metrics.read([other, query]);
    expect(answers.get('dep-1')?.map(({ canary }) => canary.slower)).toEqual([
      [1, 2, 0],
      [0, 3, 0],
    ]);
    expect(asked()).toHaveLength(2);
    expect(asked()[1]).toEqual([
      'canary_measured_0: SampleCount of Duration',
      'canary_within1_0: PR(:40) of Duration',
      'canary_within2_0: PR(:250.5) of Duration',
    ]);
  });

  test('a version with requests but without shares below latencies says nothing about slower requests', async () => {
    hold({ ...without, '42 SampleCount of Duration': { 0: 10, 1: 10 }, '42 PR(:40) of Duration': { 0: 80, 1: 80 } });
    const rows = (await metrics.read([query])).get('dep-1') ?? [];
    expect(rows).toHaveLength(2);
    for (const { canary, stable } of rows) {
      expect(canary).not.toHaveProperty('slower');
      expect(stable.slower).toHaveLength(3);
    }
  });

  test('a minute whose durations have not arrived yet says nothing, and the other minutes are kept', async () => {
    hold({
      ...without,
      '42 SampleCount of Duration': { 1: 10 },
      '42 PR(:40) of Duration': { 0: 80, 1: 80 },
      '42 PR(:250.5) of Duration': { 0: 80, 1: 90 },
    });
    expect((await slower()).map(([canary]) => canary)).toEqual([undefined, [0, 2, 1]]);
  });

  test('the reader asks for no shares of a version without calls', async () => {
    hold({ ...counted, '41 Sum of Invocations': { 0: 10 }, '42 TC(40:) of Duration': {} });
    expect(await slower()).toEqual([
      [
        [0, 0, 0],
        [1, 1, 1],
      ],
    ]);
    expect(asked()).toHaveLength(1);
  });

  test('a throttle of the second read is Transient, and no row is returned without its slower requests', async () => {
    hold(without, { throttledAfter: 1 });
    await expect(metrics.read([query])).rejects.toMatchObject({
      name: 'Transient',
      message: expect.stringMatching(/^Could not read 3 metric series: Throttling/),
    });
  });
});

describe('latencies of stable', () => {
  test('the latencies are three percentiles of the stable version only', async () => {
    hold({});
    await metrics.readLatencies([query, { ...query, id: 'dep-2' }]);
    expect(asked()).toEqual([
      [0, 1].flatMap((index) => [50, 90, 99].map((percent) => `stable_p${percent}_${index}: p${percent} of Duration`)),
    ]);
    const [call] = cloudwatch.commandCalls(GetMetricDataCommand);
    const versions = call?.args[0].input.MetricDataQueries?.map(
      ({ MetricStat }) => MetricStat?.Metric?.Dimensions?.at(-1)?.Value,
    );
    expect(new Set(versions)).toEqual(new Set(['41']));
  });

  test('the latencies are the medians of the minutes that have all three', async () => {
    hold({
      '41 p50 of Duration': { 0: 10, 1: 30, 2: 1, 3: 20 },
      '41 p90 of Duration': { 0: 100, 1: 120, 3: 900 },
      '41 p99 of Duration': { 0: 1_000, 1: 950, 2: 1, 3: 990 },
    });
    expect((await metrics.readLatencies([query])).get('dep-1')).toEqual([20, 120, 990]);
    expect((await metrics.readLatencies([{ ...query, to: t0 + 2 * minute }])).get('dep-1')).toEqual([20, 110, 975]);
  });

  test('the latencies of a thousand rollouts take seven calls', async () => {
    hold({});
    await metrics.readLatencies(Array.from({ length: 1_000 }, (_, index) => ({ ...query, id: `dep-${index}` })));
    expect(asked()).toHaveLength(7);
  });
});

describe('a service behind an Application Load Balancer', () => {
  test('each version is read by its target group, and latencies are asked for in seconds', async () => {
    hold({});
    await metrics.read([{ ...balanced, latenciesMs: [0.05, 40, 250.5, 1_000], metrics: ['durationP99Ms'] }]);
    const [first = []] = asked();
    expect(first.slice(0, 7)).toEqual([
      'canary_requests_0: Sum of RequestCount',
      'canary_errors_0: Sum of HTTPCode_Target_5XX_Count',
      'canary_durationP99Ms_0: p99 of TargetResponseTime',
      'canary_slower0_0: TC(0.00005:) of TargetResponseTime',
      'canary_slower1_0: TC(0.04:) of TargetResponseTime',
      'canary_slower2_0: TC(0.2505:) of TargetResponseTime',
      'canary_slower3_0: TC(1:) of TargetResponseTime',
    ]);
    const [call] = cloudwatch.commandCalls(GetMetricDataCommand);
    const series = call?.args[0].input.MetricDataQueries ?? [];
    const ofGroup = (group: string) => ({
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'RequestCount',
      Dimensions: [
        { Name: 'LoadBalancer', Value: groups.loadBalancer },
        { Name: 'TargetGroup', Value: group },
      ],
    });
    const [canary, stable] = [series[0], series[7]].map((one) => one?.MetricStat?.Metric);
    expect([canary, stable]).toEqual([ofGroup(groups.canary), ofGroup(groups.stable)]);
  });

  test('seconds become milliseconds, and a missing count of 5xx answers is 0', async () => {
    hold({
      [`${groups.canary} Sum of RequestCount`]: { 0: 8 },
      [`${groups.canary} p99 of TargetResponseTime`]: { 0: 0.25 },
      [`${groups.stable} Sum of RequestCount`]: { 0: 90 },
      [`${groups.stable} Sum of HTTPCode_Target_5XX_Count`]: { 0: 2 },
      [`${groups.stable} p50 of TargetResponseTime`]: { 0: 0.02, 1: 0.04 },
      [`${groups.stable} p90 of TargetResponseTime`]: { 0: 0.08, 1: 0.08 },
      [`${groups.stable} p99 of TargetResponseTime`]: { 0: 0.5, 1: 0.75 },
    });
    const { latenciesMs: _, metrics: _all, ...plain } = balanced;
    expect((await metrics.read([plain])).get('dep-1')).toEqual([
      {
        startsAt: t0,
        canary: { requests: 8, errors: 0, durationP99Ms: 250 },
        stable: { requests: 90, errors: 2, durationP99Ms: 500 },
      },
    ]);
    expect((await metrics.readLatencies([balanced])).get('dep-1')).toEqual([30, 80, 625]);
  });

  test('the reader returns nothing for periods of ten seconds and for another source of metrics', async () => {
    hold({});
    expect(await metrics.read([{ ...balanced, periodSeconds: 10 }])).toEqual(new Map([['dep-1', []]]));
    expect(asked()).toEqual([]);

    const target = { ...balanced.target, metricsFrom: { kind: 'slipway' } } as const;
    await metrics.read([{ ...balanced, target, periodSeconds: 10 }]);
    expect(asked()[0]?.[0]).toBe('canary_requests_0: Sum of Invocations');
  });
});
