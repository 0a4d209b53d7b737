/**
 * The CloudWatch alarm for an alarm that a spec describes. It is the same for everyone who makes it: `slipway adopt`, a
 * stack, or a person with one command.
 */

import { durationMs } from '../duration.ts';
import { alarmInWords, type DescribedAlarm } from '../service/described-alarm.ts';
import type { LambdaTarget } from '../service/service-spec.ts';
import { targetName } from '../service/target.ts';
import { SERVER_ERRORS } from './server-errors.ts';

const LAMBDA = 'AWS/Lambda';

interface Dimension {
  readonly Name: string;
  readonly Value: string;
}
interface MetricQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly Label?: string;
  readonly MetricStat?: {
    readonly Metric: { readonly Namespace: string; readonly MetricName: string; readonly Dimensions: Dimension[] };
    readonly Period: number;
    readonly Stat: string;
  };
  readonly ReturnData: boolean;
}

/** The field names are those of PutMetricAlarm, which are also the properties of `AWS::CloudWatch::Alarm`. */
export interface AlarmToMake {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Metrics: MetricQuery[];
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly Threshold: number;
  readonly ComparisonOperator: 'GreaterThanThreshold';
  readonly TreatMissingData: 'notBreaching';
}

/**
 * The alarm watches all versions behind the alias. It is OK without calls, so it also suits a service with little
 * traffic.
 */
export function alarmToMake(alarm: DescribedAlarm, target: LambdaTarget): AlarmToMake {
  return {
    AlarmName: alarm.name,
    AlarmDescription: `Slipway: ${alarmInWords(alarm)} of ${targetName(target)}`,
    Metrics: metricsOf(alarm, target),
    EvaluationPeriods: 1,
    DatapointsToAlarm: 1,
    Threshold: alarm.kind === 'latency' ? alarm.aboveMs : alarm.abovePercent,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  };
}

/** One shell command, for a person who makes the alarm by hand. */
export function commandToMake(alarm: DescribedAlarm, target: LambdaTarget): string {
  // A name may contain a quote, which would end the quoted text in the shell.
  const json = JSON.stringify(alarmToMake(alarm, target)).replaceAll("'", String.raw`'\''`);
  return `aws cloudwatch put-metric-alarm --cli-input-json '${json}'`;
}

function metricsOf(alarm: DescribedAlarm, target: LambdaTarget): MetricQuery[] {
  const Period = durationMs(alarm.over) / 1_000;
  const Dimensions = [
    { Name: 'FunctionName', Value: target.function },
    { Name: 'Resource', Value: targetName(target) },
  ];
  const series = (Id: string, { of: [Namespace, MetricName], Stat = 'Sum', ReturnData = false }: SeriesOrder) => ({
    Id,
    MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat },
    ReturnData,
  });
  if (alarm.kind === 'latency')
    return [series('latency', { of: [LAMBDA, 'Duration'], Stat: `p${alarm.percentile}`, ReturnData: true })];
  const requests = series('requests', { of: [LAMBDA, 'Invocations'] });
  const serverErrors = series('serverErrors', { of: [SERVER_ERRORS.namespace, SERVER_ERRORS.name] });
  if (alarm.kind === 'serverErrors') return [rate('100 * serverErrors / requests', alarm), serverErrors, requests];
  const errors = series('errors', { of: [LAMBDA, 'Errors'] });
  // Uses SUM because a plus has no value when one of its metrics is missing. A service without server errors does not
  // have that metric.
  return [rate('100 * SUM([errors, serverErrors]) / requests', alarm), errors, serverErrors, requests];
}

interface SeriesOrder {
  readonly of: readonly [namespace: string, name: string];
  readonly Stat?: string;
  readonly ReturnData?: boolean;
}

function rate(Expression: string, alarm: DescribedAlarm): MetricQuery {
  return { Id: 'rate', Expression, Label: alarmInWords(alarm), ReturnData: true };
}
