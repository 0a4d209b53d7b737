import { CloudWatchClient, DescribeAlarmsCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { cloudwatchAlarms } from '../../src/aws/cloudwatch-alarms.ts';
import { sdkError } from './sdk-error.ts';

const cloudwatch = mockClient(CloudWatchClient);
afterAll(() => void cloudwatch.restore());
const alarms = cloudwatchAlarms(new CloudWatchClient({ region: 'eu-west-1' }));
const requests = () => cloudwatch.commandCalls(DescribeAlarmsCommand).map(({ args: [{ input }] }) => input);

beforeEach(() => cloudwatch.reset());

test('a metric alarm is read with its metric and the time of its last transition', async () => {
  cloudwatch.on(DescribeAlarmsCommand).resolves({
    MetricAlarms: [
      {
        AlarmName: 'checkout-errors',
        StateValue: 'ALARM',
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Dimensions: [
          { Name: 'FunctionName', Value: 'checkout' },
          { Name: 'Resource', Value: 'checkout:live' },
        ],
        StateUpdatedTimestamp: new Date(2_000),
        StateTransitionedTimestamp: new Date(1_000),
      },
    ],
  });
  expect(await alarms.read(['checkout-errors'])).toMatchObject([
    {
      name: 'checkout-errors',
      state: 'ALARM',
      metric: { namespace: 'AWS/Lambda', dimensions: { FunctionName: 'checkout', Resource: 'checkout:live' } },
      watched: {
        metrics: [{ namespace: 'AWS/Lambda', dimensions: { FunctionName: 'checkout', Resource: 'checkout:live' } }],
        queries: [],
      },
      treatMissingData: 'missing',
      changedAt: 1_000,
      actionsEnabled: true,
    },
  ]);
  expect(requests()).toEqual([
    { AlarmNames: ['checkout-errors'], AlarmTypes: ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'], MaxRecords: 100 },
  ]);
});

test('a composite and a metric-math alarm have no single metric', async () => {
  cloudwatch.on(DescribeAlarmsCommand).resolves({
    MetricAlarms: [{ AlarmName: 'math', StateValue: 'OK', Metrics: [], StateUpdatedTimestamp: new Date(5) }],
    CompositeAlarms: [{ AlarmName: 'both', StateValue: 'INSUFFICIENT_DATA' }],
  });
  expect(await alarms.read(['both', 'math'])).toMatchObject([
    { name: 'both', state: 'INSUFFICIENT_DATA', metric: null, changedAt: 0 },
    { name: 'math', state: 'OK', metric: null, changedAt: 5 },
  ]);
});

test('an alarm on logs is found, and its state is taken as it is', async () => {
  cloudwatch.on(DescribeAlarmsCommand).resolves({
    LogAlarms: [{ AlarmName: 'logs', StateValue: 'OK', StateTransitionedTimestamp: new Date(5) }],
  });
  const [reading] = await alarms.read(['logs']);
  expect(reading).toMatchObject({ name: 'logs', state: 'OK', metric: null, changedAt: 5, treatMissingData: 'missing' });
  expect(reading).not.toHaveProperty('evaluationProblem');
});

test('an alarm that CloudWatch cannot evaluate says so in addition to the state that it keeps', async () => {
  cloudwatch.on(DescribeAlarmsCommand).resolves({
    MetricAlarms: [{ AlarmName: 'errors', StateValue: 'OK', EvaluationState: 'EVALUATION_ERROR' }],
    LogAlarms: [{ AlarmName: 'logs', StateValue: 'OK', EvaluationState: 'EVALUATION_FAILURE' }],
  });
  expect(await alarms.read(['errors', 'logs'])).toMatchObject([
    { state: 'OK', evaluationProblem: 'EVALUATION_ERROR' },
    { state: 'OK', evaluationProblem: 'EVALUATION_FAILURE' },
  ]);
});

const stat = (Id: string, name: string, change: Partial<MetricDataQuery> = {}): MetricDataQuery => ({
  Id,
  ReturnData: false,
  MetricStat: {
    Metric: { Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions: [{ Name: 'FunctionName', Value: name }] },
    Period: 60,
    Stat: 'Sum',
  },
  ...change,
});
const watchedOf = async (Metrics: MetricDataQuery[]) => {
  const AlarmArn = 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:math';
  cloudwatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [{ AlarmName: 'math', AlarmArn, Metrics }] });
  return (await alarms.read(['math']))[0]?.watched;
};
const lambdaMetric = (FunctionName: string) => ({
  namespace: 'AWS/Lambda',
  name: 'Errors',
  dimensions: { FunctionName },
});

test('a metric-math alarm is read with the metrics behind its value, and with no others', async () => {
  const watched = await watchedOf([
    { Id: 'rate', Expression: '100 * sum / requests', ReturnData: true },
    { Id: 'sum', Expression: 'errors + throttles', ReturnData: false },
    ...['errors', 'throttles', 'requests'].map((id) => stat(id, 'checkout')),
    stat('forgotten', 'basket'),
  ]);
  expect(watched).toEqual({ metrics: Array.from({ length: 3 }, () => lambdaMetric('checkout')), queries: [] });
});

test('an expression over METRICS() has all metrics, and an anomaly band has the metric that it is based on', async () => {
  const all = [
    { Id: 'all', Expression: 'SUM(METRICS())', ReturnData: true },
    stat('m1', 'checkout'),
    stat('m2', 'basket'),
  ];
  expect((await watchedOf(all))?.metrics).toEqual([lambdaMetric('checkout'), lambdaMetric('basket')]);
  const band = { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(m1, 2)', ReturnData: true };
  expect((await watchedOf([stat('m1', 'checkout', { ReturnData: true }), band]))?.metrics).toEqual([
    lambdaMetric('checkout'),
  ]);
});

test('a metric of another account is read with that account, and a metric of the own account without it', async () => {
  const watched = await watchedOf([
    stat('m1', 'checkout', { ReturnData: true, AccountId: '444455556666' }),
    stat('m2', 'checkout', { ReturnData: true, AccountId: '111122223333' }),
  ]);
  expect(watched?.metrics).toEqual([
    { ...lambdaMetric('checkout'), account: '444455556666' },
    lambdaMetric('checkout'),
  ]);
});

test('a query that chooses its metrics by itself is read unchanged', async () => {
  const Expression = `SELECT SUM(Errors) FROM SCHEMA("AWS/Lambda", FunctionName) WHERE FunctionName = 'checkout'`;
  expect(await watchedOf([{ Id: 'q1', Expression, ReturnData: true }])).toEqual({ metrics: [], queries: [Expression] });
});

test('a composite alarm is read with the alarms in its rule, by name or ARN, each once', async () => {
  const AlarmRule =
    'ALARM("checkout errors (live)") OR (ALARM(arn:aws:cloudwatch:eu-west-1:111122223333:alarm:slow) AND NOT OK(quiet)) OR ALARM(slow) OR FALSE';
  cloudwatch.on(DescribeAlarmsCommand).resolves({ CompositeAlarms: [{ AlarmName: 'both', AlarmRule }] });
  expect(await alarms.read(['both'])).toMatchObject([{ children: ['checkout errors (live)', 'slow', 'quiet'] }]);
});

test.each([
  ['AT_LEAST(2, ALARM, ("errors, (live)", slow, arn:aws:cloudwatch:eu-west-1:111122223333:alarm:third))', 3],
  ['AT_LEAST(60%, NOT OK, ("errors, (live)" , slow)) AND NOT ALARM ( third )', 3],
  ['TRUE', 0],
])('the alarms of the rule %s are read', async (AlarmRule, count) => {
  cloudwatch.on(DescribeAlarmsCommand).resolves({ CompositeAlarms: [{ AlarmName: 'both', AlarmRule }] });
  const children = ['errors, (live)', 'slow', 'third'].slice(0, count);
  expect(await alarms.read(['both'])).toMatchObject([{ children }]);
});

test('an alarm with its actions off, and a composite alarm that its suppressor keeps silent, are read as muted', async () => {
  cloudwatch.on(DescribeAlarmsCommand).resolves({
    MetricAlarms: [
      { AlarmName: 'muted', StateValue: 'OK', ActionsEnabled: false },
      { AlarmName: 'heard', StateValue: 'OK', ActionsEnabled: true },
    ],
    CompositeAlarms: [
      { AlarmName: 'suppressed', StateValue: 'OK', ActionsEnabled: true, ActionsSuppressedBy: 'Alarm' },
      { AlarmName: 'whole', StateValue: 'OK', ActionsEnabled: true },
    ],
  });
  const readings = await alarms.read(['muted', 'heard', 'suppressed', 'whole']);
  expect(readings.map(({ actionsEnabled }) => actionsEnabled)).toEqual([false, true, false, true]);
});

test('a read of no names makes no call, because AWS would return every alarm of the account', async () => {
  expect(await alarms.read([])).toEqual([]);
  expect(requests()).toEqual([]);
});

test('each name is asked for once, a hundred per call, over all pages, and missing alarms are left out', async () => {
  const names = Array.from({ length: 150 }, (_, index) => `alarm-${index}`);
  cloudwatch.on(DescribeAlarmsCommand).callsFake(({ AlarmNames, NextToken }) => {
    const half = NextToken === undefined ? AlarmNames.slice(0, 50) : AlarmNames.slice(50);
    return {
      MetricAlarms: half.filter((name: string) => name !== 'alarm-7').map((AlarmName: string) => ({ AlarmName })),
      ...(NextToken === undefined ? { NextToken: 'more' } : {}),
    };
  });
  const readings = await alarms.read([...names, 'alarm-0']);
  expect(readings.map(({ name }) => name)).toEqual(names.filter((name) => name !== 'alarm-7'));
  expect(requests().map(({ AlarmNames }) => AlarmNames?.length)).toEqual([100, 100, 50, 50]);
});

test('a throttle is Transient, and a missing permission names its action', async () => {
  cloudwatch
    .on(DescribeAlarmsCommand)
    .rejectsOnce(sdkError('Throttling'))
    .rejects(sdkError('AccessDenied', { status: 403 }));
  await expect(alarms.read(['a'])).rejects.toMatchObject({ name: 'Transient' });
  await expect(alarms.read(['a'])).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('cloudwatch:DescribeAlarms'),
  });
});
