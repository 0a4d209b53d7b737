/** The ports of the pipeline: what AWS runs, and what the ledger keeps of it. See ports.ts for what holds for every port. */
import type { DeliveryPlace } from '../domain/delivery-place.ts';
import type { PipelineRun, RunChange } from '../domain/pipeline-run.ts';
import type { TimelineEntry } from '../domain/timeline.ts';

/** The pipeline that builds, tests and delivers one service, if one is installed. */
export interface Pipelines {
  /** The service that it delivers; null: there is no pipeline, and every method throws Conflict. */
  readonly service: string | null;
  /** Starts a run for the commit and returns its id. Repeatable under the same `once`. Throws InvalidRequest. */
  start(order: { readonly revision: string; readonly once: string | null }): Promise<string>;
  /** Lets no run into the stage Deploy from now on; what is in it goes on. Repeatable: the last reason is shown. */
  quarantine(because: string): Promise<void>;
  /** Lets runs into the stage Deploy again, the latest of those that wait first. Repeatable. */
  release(): Promise<void>;
}

/** What is known about the deliveries of the pipeline without asking a delivery itself. */
export interface Deliveries {
  /** What the pipeline may deliver, and from where; null: there is no pipeline. */
  readonly place: DeliveryPlace | null;
  /**
   * The action of the stage Deploy with that id, which is also the name of the execution that it started, and the revision that
   * its run has fetched. Null when the run has no such action, or none yet. Repeatable. Throws Conflict without a pipeline.
   */
  find(order: { readonly run: string; readonly action: string }): Promise<{ readonly revision: string } | null>;
}

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
