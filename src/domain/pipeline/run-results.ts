/** The results of operations that start, read or release a run of the pipeline. */
import type { Deployment } from '../deployment/deployment.ts';
import type { TimelineEntry } from '../deployment/timeline.ts';
import type { StartRolloutResult } from '../preflight/start-result.ts';
import type { PipelineRun } from './pipeline-run.ts';

/** Of POST /deploy: a version or an artifact starts a deployment, a revision starts a run of the pipeline. */
export type StartDeploymentResult =
  | StartRolloutResult
  | { readonly outcome: 'pipelineStarted'; readonly run: PipelineRun };

/** A run with its whole timeline, oldest entry first. */
export interface ReadPipelineRunResult {
  readonly run: PipelineRun;
  readonly timeline: readonly TimelineEntry[];
}

export interface ReadDeploymentResult {
  readonly deployment: Deployment;
  /** True when the version that this deployment promoted is live now; left out when that is not known. */
  readonly isLive?: boolean;
  readonly timeline: readonly TimelineEntry[];
  /** The run that delivered the deployment; null without one, or when the run is not stored any more. */
  readonly pipeline: ReadPipelineRunResult | null;
}

export interface ReleaseServiceResult {
  readonly service: string;
  /** The ids of the runs whose quarantine ended. */
  readonly released: readonly string[];
}
