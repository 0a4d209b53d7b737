/** Finds the differences between an existing alarm and the alarm that a spec describes. */
import { isDeepStrictEqual } from 'node:util';
import type { AlarmToMake } from '../../domain/alarms/alarm-to-make.ts';
import type { AlarmThere } from '../../ports/adoptions.ts';
import { fieldsOf, listOf } from './intrinsic-values.ts';

const COMPARED = [
  'EvaluationPeriods',
  'Threshold',
  'ComparisonOperator',
  'TreatMissingData',
] as const satisfies readonly (keyof AlarmToMake)[];

/** Each difference reads like `Threshold 5 and not 1`. Texts such as the description do not count. */
export function alarmDifferences(there: AlarmThere, wanted: AlarmToMake): string[] {
  const settings = COMPARED.filter((key) => there[key] !== wanted[key]).map(
    (key) => `${key} ${shown(there[key])} and not ${shown(wanted[key])}`,
  );
  const points = there.DatapointsToAlarm ?? there.EvaluationPeriods;
  const others =
    points === wanted.DatapointsToAlarm
      ? []
      : [`DatapointsToAlarm ${shown(points)} and not ${wanted.DatapointsToAlarm}`];
  return [...settings, ...others, ...(isSameMetrics(there, wanted) ? [] : ['it watches other metrics'])];
}

function shown(value: unknown): string {
  return value === undefined ? 'is not set' : String(value);
}

function isSameMetrics({ Metrics }: AlarmThere, wanted: AlarmToMake): boolean {
  return isDeepStrictEqual(comparable(Metrics), comparable(wanted.Metrics));
}

/** The order of queries and of dimensions has no meaning, and AWS fills in what is left out. */
function comparable(queries: unknown): unknown[] {
  return listOf(queries)
    .map((query) => {
      const { Id, Expression = null, MetricStat, ReturnData = true } = fieldsOf(query);
      const { Metric, Period = null, Stat = null } = fieldsOf(MetricStat);
      const { Namespace = null, MetricName = null, Dimensions } = fieldsOf(Metric);
      const names = listOf(Dimensions).map((one) => `${fieldsOf(one).Name}=${fieldsOf(one).Value}`);
      return { Id, Expression, ReturnData, Period, Stat, Namespace, MetricName, names: names.sort() };
    })
    .sort((one, other) => (String(one.Id) < String(other.Id) ? -1 : 1));
}
