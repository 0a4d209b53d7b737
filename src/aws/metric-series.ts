/** Sends one GetMetricData request, reads all its pages, and reads again while CloudWatch reports missing data. */
import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { SlipwayError } from '../domain/errors.ts';
import { attempt } from './errors.ts';

/** GetMetricData takes at most 500 queries. */
export const SERIES_A_CALL = 500;
/** How often series are read, while some of them are incomplete. */
const READS = 3;

/** By series id: the values by the start of their period, in epoch milliseconds. */
export type Series = ReadonlyMap<string, ReadonlyMap<number, number>>;

export interface SeriesRequest {
  readonly queries: readonly MetricDataQuery[];
  readonly startsAt: number;
  readonly endsAt: number;
}

export async function readSeries(cloudwatch: CloudWatchClient, request: SeriesRequest): Promise<Series> {
  const series = new Map<string, Map<number, number>>();
  let missing = request.queries;
  for (let reads = 0; reads < READS; reads += 1) {
    const incomplete = await readInto(series, { cloudwatch, ...request, queries: missing });
    missing = missing.filter(({ Id = '' }) => incomplete.has(Id));
    if (missing.length === 0) return series;
  }
  const fact = `CloudWatch gave only part of the data of ${missing.length} series, ${READS} times.`;
  throw new SlipwayError('Transient', `${fact} It may be whole in a moment.`);
}

/** Adds what it reads to the series. Returns the ids of the incomplete series. */
async function readInto(series: Map<string, Map<number, number>>, request: Paged): Promise<Set<string>> {
  const incomplete = new Set<string>();
  let nextToken: string | undefined;
  do {
    const page = await readPage(request, nextToken);
    for (const result of page.MetricDataResults ?? []) {
      addPoints(series, result);
      // The pages of one series report PartialData until its last page, so only the last status of a series counts.
      if (isComplete(result)) incomplete.delete(result.Id ?? '');
      else incomplete.add(result.Id ?? '');
    }
    nextToken = page.NextToken;
  } while (nextToken !== undefined);
  return incomplete;
}

type Paged = SeriesRequest & { readonly cloudwatch: CloudWatchClient };

function readPage({ cloudwatch, queries, startsAt, endsAt }: Paged, nextToken: string | undefined) {
  return attempt({ what: `read ${queries.length} metric series`, action: 'cloudwatch:GetMetricData' }, () =>
    cloudwatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: [...queries],
        StartTime: new Date(startsAt),
        EndTime: new Date(endsAt),
        ScanBy: 'TimestampAscending',
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      }),
    ),
  );
}

function addPoints(
  series: Map<string, Map<number, number>>,
  { Id = '', Timestamps = [], Values = [] }: MetricDataResult,
) {
  const points = series.get(Id) ?? new Map<number, number>();
  for (const [index, at] of Timestamps.entries()) {
    const value = Values[index];
    if (value !== undefined) points.set(at.getTime(), value);
  }
  series.set(Id, points);
}

function isComplete({ StatusCode, Label }: MetricDataResult): boolean {
  if (StatusCode !== 'Forbidden') return StatusCode === undefined || StatusCode === 'Complete';
  const fact = `CloudWatch does not let Slipway read the metric ${Label ?? 'it asked for'}.`;
  throw new SlipwayError('Broken', `${fact} Allow cloudwatch:GetMetricData to the role of this function.`);
}
