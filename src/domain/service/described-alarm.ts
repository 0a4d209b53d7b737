/**
 * An alarm that a spec describes; a spec only names its other alarms. It counts as errors what users see: failed
 * invocations and answers with a status of 500 or more (docs/decisions/0041).
 */
import { type Duration, durationInWords } from '../duration.ts';

/**
 * Red when one whole period of length `over` is above the limit. `over` is in whole minutes, because Lambda measures
 * nothing shorter.
 */
export type DescribedAlarm = RateAlarm | LatencyAlarm;

export interface RateAlarm {
  readonly kind: 'errors' | 'serverErrors';
  readonly name: string;
  /** The limit, in percent of the invocations. `errors` counts failed invocations and server errors together. */
  readonly abovePercent: number;
  readonly over: Duration;
}

export interface LatencyAlarm {
  readonly kind: 'latency';
  readonly name: string;
  readonly aboveMs: number;
  /** The percentile of the durations, from 50 to 99.9. */
  readonly percentile: number;
  readonly over: Duration;
}

/** The name of a described alarm when the spec gives none. */
export function alarmNameOf(service: string, kind: DescribedAlarm['kind']): string {
  const words = { errors: 'errors', serverErrors: 'server-errors', latency: 'latency' } as const;
  return `${service}-${words[kind]}`;
}

/** Returns words such as `more than 1 % errors in 1 minute`. */
export function alarmInWords(alarm: DescribedAlarm): string {
  const { kind, over } = alarm;
  const within = `in ${durationInWords(over)}`;
  if (kind === 'latency') return `p${alarm.percentile} of the durations above ${alarm.aboveMs} ms ${within}`;
  return `more than ${alarm.abovePercent} % ${kind === 'errors' ? 'errors' : 'server errors'} ${within}`;
}
