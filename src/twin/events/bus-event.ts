/** An event as EventBridge delivers it, and the event that CloudWatch sends when an alarm changes its state. */

import { metricsBehind } from '../measures/alarm-metrics.ts';
import type { Random } from '../random.ts';
import type { Alarm } from '../world/world.ts';

export const REGION = 'eu-central-1';
export const ACCOUNT = '000000000000';

export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly account: string;
  readonly region: string;
  /** ISO 8601, exact to the second. */
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export type EventDraft = Pick<BusEvent, 'source' | 'detail-type' | 'detail'> & {
  readonly id: string;
  readonly at: number;
  readonly resources?: readonly string[];
};

export function busEvent({ at, resources = [], ...draft }: EventDraft): BusEvent {
  const time = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  return { version: '0', account: ACCOUNT, region: REGION, time, resources, ...draft };
}

/** In the form of a UUID, like EventBridge's ids. */
export function eventId(random: Random): string {
  return [8, 4, 4, 4, 12].map((digits) => random.hex(digits)).join('-');
}

type StateFact = Pick<Alarm, 'state' | 'reason' | 'changedAt' | 'dataFrom'>;

export function alarmEvent({ id, alarm, before }: { id: string; alarm: Alarm; before: StateFact }): BusEvent {
  return busEvent({
    id,
    at: alarm.changedAt,
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    resources: [`arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${alarm.name}`],
    detail: {
      alarmName: alarm.name,
      state: stateDetail(alarm),
      previousState: stateDetail(before),
      configuration: { metrics: metricsDetail(alarm) },
    },
  });
}

function stateDetail({ state, reason, changedAt, dataFrom }: StateFact) {
  const reasonData =
    dataFrom === undefined ? {} : { reasonData: JSON.stringify({ version: '1.0', startDate: written(dataFrom) }) };
  return { value: state, reason, ...reasonData, timestamp: written(changedAt) };
}

/** A time in CloudWatch's own format. */
function written(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000');
}

function metricsDetail(alarm: Alarm) {
  const { dimensions, periodSeconds: period } = alarm;
  const { expression, metrics } = metricsBehind(alarm);
  const series = metrics.map(({ id, namespace, name, stat }) => ({
    id,
    metricStat: { metric: { namespace, name, dimensions }, period, stat },
    returnData: expression === null,
  }));
  if (expression === null) return series;
  return [{ id: 'rate', expression, label: 'Error rate in percent', returnData: true }, ...series];
}
