/** A CloudWatch that answers GetMetricData with series in minutes, and the reader of metrics that calls it. */
import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { cloudwatchMetrics } from '../../src/aws/cloudwatch-metrics.ts';
import type { MetricsQuery } from '../../src/ports/metrics.ts';

const client = new CloudWatchClient({ region: 'eu-west-1' });
export const cloudwatch = mockClient(client);
export const minute = 60_000;
export const t0 = 30_000_000 * minute;
export const clock = { at: 0, now: () => clock.at };
export const metrics = cloudwatchMetrics(client, clock);
export const query: MetricsQuery = {
  id: 'dep-1',
  target: { kind: 'lambda', function: 'checkout', alias: 'live' },
  stable: '41',
  canary: '42',
  from: t0,
  to: t0 + 3 * minute,
  periodSeconds: 60,
};

/** Call it before each test. */
export function anHourLater(): void {
  cloudwatch.reset();
  clock.at = t0 + 60 * minute;
}

export const requests = () => cloudwatch.commandCalls(GetMetricDataCommand).map(({ args: [{ input }] }) => input);

export type Values = Record<string, Record<number, number>>;

/**
 * Sets what CloudWatch holds, in minutes from t0. The key is `version metric`, or `all metric` for a series that
 * belongs to no version.
 */
export function holds(values: Values, status: 'Complete' | 'PartialData' = 'Complete') {
  return ({ MetricDataQueries }: { MetricDataQueries: MetricDataQuery[] }) => ({
    MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) => {
      const version = MetricStat?.Metric?.Dimensions?.find(({ Name }) => Name === 'ExecutedVersion')?.Value;
      const points = Object.entries(values[`${version ?? 'all'} ${MetricStat?.Metric?.MetricName}`] ?? {});
      return {
        Id,
        Timestamps: points.map(([at]) => new Date(t0 + Number(at) * minute)),
        Values: points.map(([, value]) => value),
        StatusCode: status,
      };
    }),
  });
}
