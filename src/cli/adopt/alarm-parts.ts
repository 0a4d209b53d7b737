/**
 * The alarm that the new spec describes, as each tool writes it. Its properties are those of CloudFormation and of
 * PutMetricAlarm.
 */
import { type AlarmToMake, alarmToMake } from '../../domain/alarms/alarm-to-make.ts';
import type { DescribedAlarm } from '../../domain/service/described-alarm.ts';
import type { LambdaTarget } from '../../domain/service/service-spec.ts';

/** The alarm in slipway.yml; the limits are those of `describedAlarm`. */
export const WRITTEN_ALARM = { errorsAbove: '1 %', over: '1 minute' };

export function describedAlarm(name: string): DescribedAlarm {
  return { kind: 'errors', name, abovePercent: 1, over: { minutes: 1 } };
}

/** `named` replaces the function's name, and `function:alias`, with the tool's own references. */
export interface AlarmOrder {
  readonly name: string;
  readonly target: LambdaTarget;
  readonly named: (dimension: 'FunctionName' | 'Resource') => unknown;
}

export function alarmProperties({ name, target, named }: AlarmOrder): Record<string, unknown> {
  const { Metrics, ...settings } = alarmToMake(describedAlarm(name), target);
  return { ...settings, Metrics: Metrics.map((query) => withReferences(query, named)) };
}

function withReferences(query: AlarmToMake['Metrics'][number], named: AlarmOrder['named']): unknown {
  if (query.MetricStat === undefined) return query;
  const { Metric, ...stat } = query.MetricStat;
  const Dimensions = Metric.Dimensions.map(({ Name }) => ({ Name, Value: named(Name as 'FunctionName' | 'Resource') }));
  return { ...query, MetricStat: { Metric: { ...Metric, Dimensions }, ...stat } };
}
