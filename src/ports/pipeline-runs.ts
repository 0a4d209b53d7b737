/** The ledger of the pipeline's runs. */

import type { TimelineEntry } from '../domain/deployment/timeline.ts';
import type { PipelineRun, RunChange } from '../domain/pipeline/pipeline-run.ts';

/**
 * The ledger of the pipeline's runs. One transaction holds a change, its timeline entries and its outbox rows, as for
 * deployments.
 */
export interface PipelineRuns {
  /** Returns null when the ledger does not know the run. */
  find(id: string): Promise<PipelineRun | null>;
  /**
   * Works like `Deployments.record`. The change function gets null for a run that the ledger does not know. Returns
   * null when the run stays unknown.
   */
  record(id: string, change: (run: PipelineRun | null) => RunChange | null): Promise<PipelineRun | null>;
  /** Returns the whole timeline, the oldest entry first; empty when there is no such run. */
  timeline(id: string): Promise<readonly TimelineEntry[]>;
  /** Returns the service's runs whose quarantine is in force, oldest first. */
  listQuarantined(service: string): Promise<readonly PipelineRun[]>;
}
