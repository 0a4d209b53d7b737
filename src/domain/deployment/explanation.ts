/** The result of `explainDeployment`: why a deployment went as it did. */
import type { PeriodRow } from '../verdict/period-row.ts';
import type { Replay } from '../verdict/replay.ts';
import type { Deployment } from './deployment.ts';
import type { TimelineEntry } from './timeline.ts';

export interface Explanation {
  readonly deployment: Deployment;
  /** The timeline entries of verdicts, rollbacks and ends, oldest first. */
  readonly verdicts: readonly TimelineEntry[];
  readonly periods: readonly PeriodRow[];
  /** What the sequential judge knew after each period; null for another judge, and when no period is stored any more. */
  readonly replay: Replay | null;
}
