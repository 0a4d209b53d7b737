/**
 * A CloudWatch that stores raw samples and answers GetMetricData from them. It is stricter than AWS: it refuses wrong
 * questions that AWS would answer with nothing, sends no zeros, and gives its answers in small pages.
 */
import { CloudWatchClient, GetMetricDataCommand, type GetMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { sdkError } from '../aws/sdk-error.ts';
import { isStatistic, statisticOf } from './statistic.ts';

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}
export interface Sample extends Metric {
  readonly at: number;
  readonly value: number;
}

export interface CloudWatchOrder {
  /**
   * Whether statistics of a range, such as TC(T:), have values. Without values, such a series is as empty as that of a
   * missing metric.
   */
  readonly countsRanges: boolean;
  readonly pointsAPage: number;
}

export function aCloudWatch({ countsRanges, pointsAPage }: CloudWatchOrder) {
  const samples = new Map<string, { at: number; value: number }[]>();
  const tokens = new Map<
    string,
    { readonly asked: string; readonly from: number; readonly points: readonly Point[] }
  >();
  const seriesOf = ({ Id = '', MetricStat }: Query, range: Range): Point[] => {
    const { Metric, Period = 0, Stat = '' } = MetricStat ?? {};
    if (Stat.startsWith('TC') && !countsRanges) return [];
    const dimensions = Object.fromEntries((Metric?.Dimensions ?? []).map(({ Name, Value }) => [Name, Value ?? '']));
    const key = keyOf({ namespace: Metric?.Namespace ?? '', name: Metric?.MetricName ?? '', dimensions });
    const own = (samples.get(key) ?? []).filter(({ at }) => at >= range.startsAt && at < range.endsAt);
    const periods = Map.groupBy(own, ({ at }) => Math.floor(at / (Period * 1_000)) * Period * 1_000);
    return [...periods]
      .sort(([a], [b]) => a - b)
      .flatMap(([at, inPeriod]) => {
        const value = statisticOf(
          Stat,
          inPeriod.map((sample) => sample.value),
        );
        return value === undefined ? [] : [{ id: Id, at, value }];
      });
  };

  const client = new CloudWatchClient({ region: 'eu-west-1' });
  const aws = mockClient(client);
  aws.on(GetMetricDataCommand).callsFake((input: GetMetricDataInput) => {
    const { queries, range } = checked(input);
    const asked = JSON.stringify([queries, range]);
    const isFirst = input.NextToken === undefined;
    const first = () => ({ asked, from: 0, points: queries.flatMap((query) => seriesOf(query, range)) });
    const found = isFirst ? first() : tokens.get(input.NextToken ?? '');
    if (found?.asked !== asked) throw sdkError('InvalidNextToken');
    const { from, points } = found;
    const to = from + pointsAPage;
    const isLast = to >= points.length;
    const NextToken = `token-${tokens.size}`;
    if (!isLast) tokens.set(NextToken, { asked, from: to, points });
    const page = { queries, now: points.slice(from, to), later: points.slice(to), isFirst };
    return { MetricDataResults: resultsOf(page), ...(isLast ? {} : { NextToken }) };
  });

  return {
    client,
    put({ at, value, ...metric }: Sample): void {
      const key = keyOf(metric);
      const known = samples.get(key) ?? [];
      samples.set(key, known);
      known.push({ at, value });
    },
    /** The inputs of all calls, in order. */
    calls: () => aws.commandCalls(GetMetricDataCommand).map(({ args: [{ input }] }) => input),
  };
}

type Query = NonNullable<GetMetricDataInput['MetricDataQueries']>[number];
interface Range {
  readonly startsAt: number;
  readonly endsAt: number;
}
interface Point {
  readonly id: string;
  readonly at: number;
  readonly value: number;
}

function keyOf({ namespace, name, dimensions }: Metric): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
}

/**
 * Checks the limits of AWS, and one more: no window may begin or end within a period, because it would have no clear
 * meaning.
 */
function checked({ MetricDataQueries: queries = [], StartTime, EndTime, ScanBy }: GetMetricDataInput) {
  const range = { startsAt: Number(StartTime), endsAt: Number(EndTime) };
  const ids = new Set(queries.map(({ Id }) => Id));
  const isGood =
    queries.length > 0 &&
    queries.length <= 500 &&
    ids.size === queries.length &&
    ScanBy === 'TimestampAscending' &&
    range.startsAt < range.endsAt &&
    queries.every((query) => isGoodQuery(query, range));
  if (!isGood) throw sdkError('ValidationError');
  return { queries, range };
}

function isGoodQuery({ Id = '', MetricStat }: Query, { startsAt, endsAt }: Range): boolean {
  const { Metric, Period = 0, Stat = '' } = MetricStat ?? {};
  const shortest = Metric?.Namespace === 'Slipway' ? 10 : 60;
  return (
    /^[a-z][a-zA-Z0-9_]{0,254}$/.test(Id) &&
    isStatistic(Stat) &&
    Period % shortest === 0 &&
    Period > 0 &&
    startsAt % (Period * 1_000) === 0 &&
    endsAt % (Period * 1_000) === 0
  );
}

/** A series is PartialData until the page with its last point. A series without points is on the first page. */
function resultsOf({
  queries,
  now,
  later,
  isFirst,
}: {
  readonly queries: readonly Query[];
  readonly now: readonly Point[];
  readonly later: readonly Point[];
  readonly isFirst: boolean;
}) {
  const goOn = new Set(later.map(({ id }) => id));
  const here = Map.groupBy(now, ({ id }) => id);
  return queries.flatMap(({ Id = '' }) => {
    const points = here.get(Id) ?? [];
    if (points.length === 0 && (!isFirst || goOn.has(Id))) return [];
    const StatusCode = goOn.has(Id) ? 'PartialData' : 'Complete';
    const Timestamps = points.map(({ at }) => new Date(at));
    return [{ Id, Timestamps, Values: points.map(({ value }) => value), StatusCode } as const];
  });
}
