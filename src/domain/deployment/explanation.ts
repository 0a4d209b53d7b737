/** The result of `explainDeployment`: why a deployment went as it did. */
import type { AlarmNow } from '../alarms/alarm-now.ts';
import type { PeriodRow } from '../verdict/period-row.ts';
import type { Replay } from '../verdict/replay.ts';
import type { Deployment } from './deployment.ts';
import type { TimelineEntry } from './timeline.ts';

export interface Explanation {
  readonly deployment: Deployment;
  /** The timeline entries of verdicts and of the end, oldest first. */
  readonly verdicts: readonly TimelineEntry[];
  /** The other timeline entries that explain the verdicts and the end: first errors, signals, failures, rollbacks. */
  readonly turningPoints: readonly TimelineEntry[];
  /** Empty when the deployment is neither in flight nor watched: the alarms of now are then about another version. */
  readonly alarms: readonly AlarmNow[];
  readonly periods: readonly PeriodRow[];
  /** What the sequential judge knew after each period; null for another judge, and when no period is stored any more. */
  readonly replay: Replay | null;
}
