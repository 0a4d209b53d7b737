import { alarmToMake } from '../../src/domain/alarms/alarm-to-make.ts';
import type { DescribedAlarm } from '../../src/domain/service/described-alarm.ts';
import { assumptionsOf } from '../../src/rehearse/assumptions.ts';
import { givenModel } from '../../src/rehearse/model/given-model.ts';
import { describedAlarm } from '../../src/twin/alarms/described-alarm.ts';
import { metricsBehind } from '../../src/twin/measures/alarm-metrics.ts';
import { aSpec } from '../domain/a-deployment.ts';

const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
const over = { minutes: 1 };
const described: readonly DescribedAlarm[] = [
  { kind: 'errors', name: 'checkout-errors', abovePercent: 1, over },
  { kind: 'serverErrors', name: 'checkout-server-errors', abovePercent: 2, over },
  { kind: 'latency', name: 'checkout-latency', aboveMs: 800, percentile: 95, over },
];

test.each(described)('the rehearsed alarm on $kind equals the one that Slipway would create in AWS', (alarm) => {
  const rehearsed = describedAlarm(alarm, target);
  const made = alarmToMake(alarm, target);
  const { expression, metrics } = metricsBehind(rehearsed);

  expect(rehearsed).toMatchObject({
    name: made.AlarmName,
    threshold: made.Threshold,
    comparison: made.ComparisonOperator,
    treatMissingData: made.TreatMissingData,
    evaluationPeriods: made.EvaluationPeriods,
    datapointsToAlarm: made.DatapointsToAlarm,
  });
  expect(expression ?? undefined).toBe(made.Metrics.find(({ Expression }) => Expression !== undefined)?.Expression);
  const series = made.Metrics.flatMap(({ MetricStat }) => MetricStat ?? []);
  expect(metrics.map(({ namespace, name, stat }) => [namespace, name, stat, rehearsed.periodSeconds])).toEqual(
    series.map(({ Metric, Stat, Period }) => [Metric.Namespace, Metric.MetricName, Stat, Period]),
  );
  for (const { Metric } of series)
    expect(Object.fromEntries(Metric.Dimensions.map(({ Name, Value }) => [Name, Value]))).toEqual(rehearsed.dimensions);
});

test('a rehearsal says how it models each alarm, and what counts as an error', () => {
  const spec = aSpec({ alarms: ['checkout-errors', 'by-hand'], describedAlarms: described.slice(0, 1) });
  const said = assumptionsOf({ spec, given: givenModel({}) });
  expect(said).toContain('checkout-errors is red at more than 1 % errors in 1 minute, as the spec describes it.');
  expect(said.find((sentence) => sentence.startsWith('How by-hand is defined is not known here'))).toBeDefined();
  expect(
    said.find((sentence) => sentence.startsWith('An error is an invocation that fails or an answer')),
  ).toBeDefined();
  const alone = assumptionsOf({ spec: { ...spec, alarms: ['checkout-errors'] }, given: givenModel({}) });
  expect(alone.filter((sentence) => sentence.includes('is not known here'))).toEqual([]);
});
