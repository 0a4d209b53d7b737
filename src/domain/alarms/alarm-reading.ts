/** What CloudWatch says about one alarm. */
import type { Watched, WatchedMetric } from './alarm-match.ts';

export interface AlarmReading {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** Of a metric alarm on one metric; null for composite and metric-math alarms. */
  readonly metric: WatchedMetric | null;
  /** When the state last changed, in epoch milliseconds. */
  readonly changedAt: number;
  /** When the oldest datapoint begins that made its state; undefined when nobody knows. Epoch milliseconds. */
  readonly dataFrom?: number | undefined;
  /** Of a metric alarm, metric math included; left out for a composite one. */
  readonly watched?: Watched | undefined;
  /** Of a composite alarm: the names of the alarms in its rule. */
  readonly children?: readonly string[] | undefined;
  /** Of a metric alarm: what it makes of a period without data. */
  readonly treatMissingData?: string | undefined;
  /** False when somebody muted the alarm: by its own switch, or by the suppressor of a composite alarm. Left out: true. */
  readonly actionsEnabled?: boolean;
  /** In AWS's word, why the state is not of all its data: an error in the alarm, say. Left out: it is. */
  readonly evaluationProblem?: string | undefined;
  /** Why its being OK says nothing, in words that follow its name; left out when it does. */
  readonly silence?: string | undefined;
}
