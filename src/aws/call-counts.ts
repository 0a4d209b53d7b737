/** Counts the calls of a function in the last day, in total and by each of its names. */
import { type CloudWatchClient, GetMetricDataCommand, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { SERVER_ERRORS } from '../domain/alarms/server-errors.ts';
import { SlipwayError } from '../domain/errors.ts';
import type { CallPeriod } from '../domain/lambda/callers.ts';
import type { Clock } from '../ports/clock.ts';
import { attempt } from './errors.ts';

const PERIOD_SECONDS = 300;
const PERIOD_MS = PERIOD_SECONDS * 1_000;
const DAY_MS = 24 * 3_600_000;
/** The metrics of a period arrive about a minute after its end. */
const ARRIVAL_MS = 60_000;

export interface CallCounts {
  readonly calls: readonly CallPeriod[];
  /** True when the function has written its count of server errors, even if only zeros. */
  readonly countsServerErrors: boolean;
}

/**
 * Sends one GetMetricData request. CloudWatch searches for the series of the called names, so Lambda is not asked for
 * them.
 */
export async function readCallCounts(
  { cloudwatch, clock }: { readonly cloudwatch: CloudWatchClient; readonly clock: Clock },
  functionName: string,
): Promise<CallCounts> {
  const endsAt = Math.floor((clock.now() - ARRIVAL_MS) / PERIOD_MS) * PERIOD_MS;
  const results: MetricDataResult[] = [];
  let NextToken: string | undefined;
  do {
    const page = await attempt({ what: `count the calls of ${functionName}`, action: 'cloudwatch:GetMetricData' }, () =>
      cloudwatch.send(
        new GetMetricDataCommand({
          MetricDataQueries: queriesFor(functionName),
          StartTime: new Date(endsAt - DAY_MS),
          EndTime: new Date(endsAt),
          ScanBy: 'TimestampAscending',
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      ),
    );
    results.push(...(page.MetricDataResults ?? []).filter(requireRead));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  const countsServerErrors = results.some(({ Id, Values = [] }) => Id === 'counted' && Values.length > 0);
  return { calls: periodsOf(results, functionName), countsServerErrors };
}

/** Throws Broken for values that CloudWatch does not return. */
function requireRead({ StatusCode = 'Complete', Messages = [] }: MetricDataResult): boolean {
  if (StatusCode === 'Complete' || StatusCode === 'PartialData') return true;
  const why = Messages.map(({ Value }) => Value).join(' ');
  const fact = `CloudWatch does not count the calls of the function by the name that was called (${StatusCode} ${why}).`;
  throw new SlipwayError('Broken', `${fact} Check that the role of this function may do cloudwatch:GetMetricData.`);
}

/** Lambda counts each call under the function, and under the name that was called: `checkout:live`. */
function queriesFor(functionName: string) {
  const Metric = {
    Namespace: 'AWS/Lambda',
    MetricName: 'Invocations',
    Dimensions: [{ Name: 'FunctionName', Value: functionName }],
  };
  const counted = { ...Metric, Namespace: SERVER_ERRORS.namespace, MetricName: SERVER_ERRORS.name };
  const schema = '{AWS/Lambda,FunctionName,Resource}';
  const search = `SEARCH('${schema} MetricName="Invocations" FunctionName="${functionName}"', 'Sum', ${PERIOD_SECONDS})`;
  return [
    { Id: 'total', MetricStat: { Metric, Stat: 'Sum', Period: PERIOD_SECONDS } },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudWatch puts the name of the resource there.
    { Id: 'named', Expression: search, Label: "${PROP('Dim.Resource')}" },
    { Id: 'counted', MetricStat: { Metric: counted, Stat: 'SampleCount', Period: PERIOD_SECONDS } },
  ];
}

interface Counted {
  total: number;
  readonly named: Record<string, number>;
}

function periodsOf(results: readonly MetricDataResult[], functionName: string): readonly CallPeriod[] {
  const periods = new Map<number, Counted>();
  for (const { Id, Label = '', Timestamps = [], Values = [] } of results) {
    if (Id === 'counted') continue;
    const name = Id === 'named' ? nameIn(Label, functionName) : null;
    if (Id === 'named' && name === null) continue;
    for (const [index, at] of Timestamps.entries()) {
      const counted = periods.get(at.getTime()) ?? { total: 0, named: {} };
      periods.set(at.getTime(), counted);
      const count = Values[index] ?? 0;
      if (name === null) counted.total += count;
      else counted.named[name] = (counted.named[name] ?? 0) + count;
    }
  }
  return [...periods]
    .sort(([one], [other]) => one - other)
    .map(([startsAt, counted]) => ({ startsAt, ...counted }))
    .filter(({ total }) => total > 0);
}

/** Returns null for calls of the function itself, which have its plain name. */
function nameIn(label: string, functionName: string): string | null {
  return label.startsWith(`${functionName}:`) ? label.slice(functionName.length + 1) : null;
}
