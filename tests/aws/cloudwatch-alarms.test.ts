import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { cloudwatchAlarms } from '../../src/aws/cloudwatch-alarms.ts';
import { sdkError } from './sdk-error.ts';

const cloudwatch = mockClient(CloudWatchClient);
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
  expect(await alarms.read(['checkout-errors'])).toEqual([
    {
      name: 'checkout-errors',
      state: 'ALARM',
      metric: { namespace: 'AWS/Lambda', dimensions: { FunctionName: 'checkout', Resource: 'checkout:live' } },
      changedAt: 1_000,
      actionsEnabled: true,
    },
  ]);
  expect(requests()).toEqual([
    { AlarmNames: ['checkout-errors'], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100 },
  ]);
});

test('a composite and a metric-math alarm have no single metric', async () => {
  cloudwatch.on(DescribeAlarmsCommand).resolves({
    MetricAlarms: [{ AlarmName: 'math', StateValue: 'OK', Metrics: [], StateUpdatedTimestamp: new Date(5) }],
    CompositeAlarms: [{ AlarmName: 'both', StateValue: 'INSUFFICIENT_DATA' }],
  });
  expect(await alarms.read(['both', 'math'])).toEqual([
    { name: 'both', state: 'INSUFFICIENT_DATA', metric: null, changedAt: 0, actionsEnabled: true },
    { name: 'math', state: 'OK', metric: null, changedAt: 5, actionsEnabled: true },
  ]);
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

test('no names are no call: AWS would answer with every alarm of the account', async () => {
  expect(await alarms.read([])).toEqual([]);
  expect(requests()).toEqual([]);
});

test('names are asked for once, a hundred a call, over all pages, and those without an alarm are left out', async () => {
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

test('a throttle is Transient and a missing permission names its action', async () => {
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
