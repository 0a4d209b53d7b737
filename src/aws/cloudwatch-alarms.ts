/** Reads CloudWatch alarms by their names. */
import {
  type CloudWatchClient,
  type CompositeAlarm,
  type LogAlarm,
  type MetricAlarm,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import { alarmDataFrom } from '../domain/alarms/alarm-data.ts';
import type { AlarmReading } from '../domain/alarms/alarm-reading.ts';
import type { Alarms } from '../ports/alarms.ts';
import { attempt } from './errors.ts';
import { alarmsInRule, dimensionsOf, watchedBy } from './watched-metrics.ts';

/** DescribeAlarms takes at most 100 names. */
const NAMES_A_CALL = 100;

export function cloudwatchAlarms(cloudwatch: CloudWatchClient): Alarms {
  return {
    async read(names) {
      const found = new Map<string, AlarmReading>();
      const wanted = [...new Set(names)];
      // Without names no call is made: AWS would answer with every alarm that exists.
      for (let start = 0; start < wanted.length; start += NAMES_A_CALL) {
        const readings = await readBatch(cloudwatch, wanted.slice(start, start + NAMES_A_CALL));
        for (const reading of readings) found.set(reading.name, reading);
      }
      return wanted.flatMap((name) => found.get(name) ?? []);
    },
  };
}

function readBatch(cloudwatch: CloudWatchClient, names: string[]): Promise<AlarmReading[]> {
  return attempt({ what: `read ${names.length} alarms`, action: 'cloudwatch:DescribeAlarms' }, async () => {
    const readings: AlarmReading[] = [];
    // Without the types, AWS answers with metric alarms only, and any other alarm would seem not to exist.
    const pages = paginateDescribeAlarms(
      { client: cloudwatch, pageSize: NAMES_A_CALL },
      { AlarmNames: names, AlarmTypes: ['MetricAlarm', 'CompositeAlarm', 'LogAlarm'] },
    );
    for await (const { MetricAlarms = [], CompositeAlarms = [], LogAlarms = [] } of pages) {
      readings.push(...MetricAlarms.map(metricReading), ...CompositeAlarms.map(compositeReading));
      readings.push(...LogAlarms.map(logReading));
    }
    return readings;
  });
}

function metricReading(alarm: MetricAlarm): AlarmReading {
  const { Namespace: namespace, MetricName, Dimensions, TreatMissingData: treatMissingData = 'missing' } = alarm;
  const isSingle = namespace !== undefined && MetricName !== undefined;
  const metric = isSingle ? { namespace, dimensions: dimensionsOf(Dimensions) } : null;
  return { ...stateReading(alarm), ...evaluation(alarm), metric, watched: watchedBy(alarm), treatMissingData };
}

/** An alarm on the results of a log query. Slipway cannot tell which function the results are about. */
function logReading(alarm: LogAlarm): AlarmReading {
  const { TreatMissingData: treatMissingData = 'missing' } = alarm;
  return { ...stateReading(alarm), ...evaluation(alarm), metric: null, treatMissingData };
}

/** CloudWatch cannot evaluate the alarm, or not with all its data. The alarm then keeps its last state. */
function evaluation({ EvaluationState }: MetricAlarm | LogAlarm): Pick<AlarmReading, 'evaluationProblem'> {
  return EvaluationState === undefined ? {} : { evaluationProblem: EvaluationState };
}

function compositeReading(alarm: CompositeAlarm): AlarmReading {
  const reading = stateReading(alarm);
  const isSuppressed = alarm.ActionsSuppressedBy !== undefined;
  return {
    ...reading,
    metric: null,
    children: alarmsInRule(alarm.AlarmRule ?? ''),
    actionsEnabled: reading.actionsEnabled && !isSuppressed,
  };
}

/** StateUpdatedTimestamp also changes when only the reason changes, so the time of the transition is preferred. */
function stateReading(alarm: MetricAlarm | CompositeAlarm | LogAlarm) {
  return {
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    reason: alarm.StateReason,
    changedAt: (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp ?? new Date(0)).getTime(),
    dataFrom: alarmDataFrom(alarm.StateReasonData),
    actionsEnabled: alarm.ActionsEnabled ?? true,
  };
}
