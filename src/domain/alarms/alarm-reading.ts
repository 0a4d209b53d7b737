/** The state and the settings of one alarm, as CloudWatch reports them. */
import type { Watched, WatchedMetric } from './alarm-match.ts';

export interface AlarmReading {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** The metric of an alarm on a single metric; null for composite and metric-math alarms. */
  readonly metric: WatchedMetric | null;
  /** CloudWatch's own sentence about the state. */
  readonly reason?: string | undefined;
  /** When the state last changed, in epoch milliseconds. */
  readonly changedAt: number;
  /** The start of the oldest datapoint behind the state, in epoch milliseconds; undefined when it is not known. */
  readonly dataFrom?: number | undefined;
  /** What a metric alarm watches, also with metric math; left out for a composite alarm. */
  readonly watched?: Watched | undefined;
  /** For a composite alarm, the names of the alarms in its rule. */
  readonly children?: readonly string[] | undefined;
  /** For a metric alarm, how it treats a period without data. */
  readonly treatMissingData?: string | undefined;
  /**
   * False when a person muted the alarm: by the alarm's own switch, or by the suppressor of a composite alarm. When
   * left out, true.
   */
  readonly actionsEnabled?: boolean;
  /**
   * AWS's word for why the state does not rest on all the data, such as an error in the alarm. Left out when it does.
   */
  readonly evaluationProblem?: string | undefined;
  /** Why the state OK is no evidence, in words that follow the alarm's name. Left out when the state OK is evidence. */
  readonly silence?: string | undefined;
}
