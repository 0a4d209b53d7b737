import { alarmToMake, commandToMake } from '../../src/domain/alarms/alarm-to-make.ts';
import { judgePreflight } from '../../src/domain/preflight/preflight.ts';
import { specProblems } from '../../src/domain/preflight/spec-problems.ts';
import { alarmInWords, alarmNameOf, type DescribedAlarm } from '../../src/domain/service/described-alarm.ts';
import { aSpec } from './a-deployment.ts';
import { good } from './a-preflight.ts';
import { onRoute } from './a-workload.ts';

const target = { kind: 'lambda', function: 'shop-api', alias: 'live' } as const;
const over = { minutes: 2 };
const errors: DescribedAlarm = { kind: 'errors', name: 'api-errors', abovePercent: 1, over };
const latency: DescribedAlarm = { kind: 'latency', name: 'api-latency', aboveMs: 800, percentile: 99, over };
const ofAlias = [
  { Name: 'FunctionName', Value: 'shop-api' },
  { Name: 'Resource', Value: 'shop-api:live' },
];

test('an alarm on errors watches failed invocations and server errors of all versions behind the alias', () => {
  const made = alarmToMake(errors, target);
  expect(made).toMatchObject({
    AlarmName: 'api-errors',
    Threshold: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  });
  expect(made.Metrics.map(({ Id, ReturnData }) => [Id, ReturnData])).toEqual([
    ['rate', true],
    ['errors', false],
    ['serverErrors', false],
    ['requests', false],
  ]);
  const series = made.Metrics.flatMap(({ MetricStat }) => MetricStat ?? []);
  expect(series.map(({ Metric }) => `${Metric.Namespace} ${Metric.MetricName}`)).toEqual([
    'AWS/Lambda Errors',
    'Slipway/Services ServerErrors',
    'AWS/Lambda Invocations',
  ]);
  for (const { Metric, Period, Stat } of series)
    expect({ Metric, Period, Stat }).toMatchObject({ Metric: { Dimensions: ofAlias }, Period: 120, Stat: 'Sum' });
});

test('an alarm on errors has a value for a service that never had a server error', () => {
  // `errors + serverErrors` has no value when one of the two has no value.
  expect(alarmToMake(errors, target).Metrics[0]?.Expression).toBe('100 * SUM([errors, serverErrors]) / requests');
});

test('an alarm on server errors watches only server errors', () => {
  const made = alarmToMake({ ...errors, kind: 'serverErrors' }, target);
  expect(made.Metrics.map(({ Id }) => Id)).toEqual(['rate', 'serverErrors', 'requests']);
});

test('an alarm on latency watches the percentile of the durations', () => {
  const made = alarmToMake(latency, target);
  expect(made.Threshold).toBe(800);
  expect(made.Metrics).toEqual([
    {
      Id: 'latency',
      MetricStat: {
        Metric: { Namespace: 'AWS/Lambda', MetricName: 'Duration', Dimensions: ofAlias },
        Period: 120,
        Stat: 'p99',
      },
      ReturnData: true,
    },
  ]);
});

test('the command that creates an alarm is one shell word, whatever the name of the alarm', () => {
  const command = commandToMake({ ...errors, name: "api's errors" }, target);
  const [, json = ''] = /^aws cloudwatch put-metric-alarm --cli-input-json '(.*)'$/s.exec(command) ?? [];
  expect(JSON.parse(json.replaceAll(String.raw`'\''`, "'"))).toEqual(
    alarmToMake({ ...errors, name: "api's errors" }, target),
  );
});

test('an alarm is described in words, and named after its service', () => {
  expect([errors, { ...errors, kind: 'serverErrors' } as const, latency].map(alarmInWords)).toEqual([
    'more than 1 % errors in 2 minutes',
    'more than 1 % server errors in 2 minutes',
    'p99 of the durations above 800 ms in 2 minutes',
  ]);
  expect((['errors', 'serverErrors', 'latency'] as const).map((kind) => alarmNameOf('api', kind))).toEqual([
    'api-errors',
    'api-server-errors',
    'api-latency',
  ]);
});

test('the finding has the command for a missing described alarm, and no command for one that is only named', () => {
  const described = { ...errors, name: 'checkout-errors' };
  const named = aSpec({ alarms: ['checkout-errors', 'other'], describedAlarms: [described] });
  const [made, other] = judgePreflight({ ...good, spec: named, alarms: [] });

  expect(made).toMatchObject({ check: 'alarmExists', subject: 'checkout-errors' });
  expect(made?.detail).toContain(`by slipway adopt or by: ${commandToMake(described, good.spec.target as never)}`);
  expect(other?.detail).toMatch(/Create it or correct the name\.$/);
});

test('an alarm of a workload cannot be described, and the error points at the entry of the list', () => {
  const onCluster = { ...onRoute({ kind: 'replicas' }), manifests: { folder: 'deploy' } };
  const spec = aSpec({ target: onCluster, alarms: ['a', 'api-errors'], describedAlarms: [errors] });
  expect(specProblems(spec)).toEqual([
    { pointer: '/alarms/1', detail: expect.stringMatching(/Only alarms of Lambda functions can be described/) },
  ]);
});
