/**
 * Reads from an alarm's description what the alarm watches: the metrics behind its value, and the alarms in a composite
 * alarm's rule.
 */
import type { MetricAlarm, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Watched, WatchedMetric } from '../domain/alarms/alarm-match.ts';

export function watchedBy({ Namespace, MetricName, Dimensions, Metrics, AlarmArn }: MetricAlarm): Watched {
  if (Namespace !== undefined && MetricName !== undefined) {
    return { metrics: [{ namespace: Namespace, name: MetricName, dimensions: dimensionsOf(Dimensions) }], queries: [] };
  }
  const used = usedQueries(Metrics ?? []);
  const account = AlarmArn?.split(':')[4];
  return {
    metrics: used.flatMap((query) => metricOf(query, account)),
    queries: used.flatMap(({ Expression = '' }) => (/^\s*(SELECT|SEARCH)\b/i.test(Expression) ? [Expression] : [])),
  };
}

function metricOf({ MetricStat, AccountId }: MetricDataQuery, own: string | undefined): WatchedMetric[] {
  if (MetricStat?.Metric === undefined) return [];
  const { Namespace: namespace = '', MetricName: name = '', Dimensions } = MetricStat.Metric;
  const metric = { namespace, name, dimensions: dimensionsOf(Dimensions) };
  return [AccountId === undefined || AccountId === own ? metric : { ...metric, account: AccountId }];
}

type Dimensions = MetricAlarm['Dimensions'];

export function dimensionsOf(dimensions: Dimensions): Record<string, string> {
  return Object.fromEntries((dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value]));
}

/**
 * Returns the queries behind the value that the alarm compares: the returned queries, and all queries that their
 * expressions name.
 */
function usedQueries(queries: readonly MetricDataQuery[]): readonly MetricDataQuery[] {
  const returned = queries.filter(({ ReturnData }) => ReturnData !== false);
  const used = new Set(returned);
  for (const { Expression = '' } of used) {
    const takesAll = /\bMETRICS\s*\(/.test(Expression);
    const named = new Set(Expression.match(/[a-z][A-Za-z0-9_]*/g) ?? []);
    for (const query of queries) if (takesAll || (query.Id !== undefined && named.has(query.Id))) used.add(query);
  }
  return [...used];
}

/** A name in double quotes, in single quotes, or bare. Quoted names may hold brackets and commas. */
const NAME = /"([^"]*)"|'([^']*)'|([^\s(),]+)/g;
const NAMES = String.raw`\(\s*((?:"[^"]*"|'[^']*'|[^"'()])*)\)`;
/** `ALARM(a)`, or the list of `AT_LEAST(2, NOT OK, (a, b))`. */
const STATE = new RegExp(
  String.raw`\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*${NAMES}|\bAT_LEAST\s*\([^(),]*,[^(),]*,\s*${NAMES}`,
  'g',
);

/** `ALARM("a") OR NOT OK(b) OR AT_LEAST(1, ALARM, (c, d))` names a to d; a name may be an ARN. */
export function alarmsInRule(rule: string): string[] {
  const lists = [...rule.matchAll(STATE)].map(([, one, many]) => one ?? many ?? '');
  const named = lists.flatMap((list) => [...list.matchAll(NAME)]);
  const names = named.map(([, double, single, bare]) => double ?? single ?? bare ?? '');
  return [...new Set(names.map((name) => name.replace(/^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:/, '')))];
}
