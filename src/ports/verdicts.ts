/** The rows on which verdicts rest. */
import type { PeriodRow } from '../domain/verdict/period-row.ts';

/** The evidence of verdicts, kept so that `explain` can show what a judgement rested on. */
export interface Verdicts {
  record(deploymentId: string, rows: readonly PeriodRow[]): Promise<void>;
  /** Oldest first; a period that was recorded twice counts with its last values. */
  list(deploymentId: string): Promise<readonly PeriodRow[]>;
}
