/**
 * An alarm that a spec describes, where other alarms are only named. What it counts as an error is what users see: an invocation that
 * failed, and an answer with a status of 500 or more (docs/decisions/0041).
 */
import { type Duration, durationInWords } from '../duration.ts';

/** Red when a whole period of length `over` lies above the limit. `over` is in whole minutes: Lambda measures nothing shorter. */
export type DescribedAlarm = RateAlarm | LatencyAlarm;

export interface RateAlarm {
  readonly kind: 'errors' | 'serverErrors';
  readonly name: string;
  /** Above so many of a hundred invocations. `errors` are failed invocations and server errors together. */
  readonly abovePercent: number;
  readonly over: Duration;
}

export interface LatencyAlarm {
  readonly kind: 'latency';
  readonly name: string;
  readonly aboveMs: number;
  /** Of the durations: 50 to 99.9. */
  readonly percentile: number;
  readonly over: Duration;
}

/** What a described alarm is called when its description gives no name. */
export function alarmNameOf(service: string, kind: DescribedAlarm['kind']): string {
  const words = { errors: 'errors', serverErrors: 'server-errors', latency: 'latency' } as const;
  return `${service}-${words[kind]}`;
}

/** `more than 1 % errors in 1 minute` */
export function alarmInWords(alarm: DescribedAlarm): string {
  const { kind, over } = alarm;
  const within = `in ${durationInWords(over)}`;
  if (kind === 'latency') return `p${alarm.percentile} of the durations above ${alarm.aboveMs} ms ${within}`;
  return `more than ${alarm.abovePercent} % ${kind === 'errors' ? 'errors' : 'server errors'} ${within}`;
}
