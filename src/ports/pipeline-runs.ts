/** The ledger of the pipeline's runs. */

import type { TimelineEntry } from '../domain/deployment/timeline.ts';
import type { PipelineRun, RunChange } from '../domain/pipeline/pipeline-run.ts';

/** The runs of the pipeline. A change, its timeline entries and its outbox rows are one transaction, as for deployments. */
export interface PipelineRuns {
  /** Null when nothing is known of it. */
  find(id: string): Promise<PipelineRun | null>;
  /** As `Deployments.record`; null stands for a run of which nothing is known, and null comes back when it stays so. */
  record(id: string, change: (run: PipelineRun | null) => RunChange | null): Promise<PipelineRun | null>;
  /** Oldest first, all of it; empty when there is no such run. */
  timeline(id: string): Promise<readonly TimelineEntry[]>;
  /** The service's runs whose quarantine is in force, oldest first. */
  listQuarantined(service: string): Promise<readonly PipelineRun[]>;
}
