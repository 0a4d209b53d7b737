/** The evidence of verdicts: one row for each period. */
import type { PeriodRow } from '../domain/verdict/period-row.ts';

/** The evidence of verdicts, stored so that `explain` can show the figures behind each verdict. */
export interface Verdicts {
  record(deploymentId: string, rows: readonly PeriodRow[]): Promise<void>;
  /** Oldest first. When a period was recorded twice, the last values count. */
  list(deploymentId: string): Promise<readonly PeriodRow[]>;
}
