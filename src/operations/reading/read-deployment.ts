/**
 * Reads one deployment with its whole timeline, and the pipeline run that delivered it with the timeline of that run.
 */
import type { ReadDeploymentResult } from '../../domain/pipeline/run-results.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { PipelineRuns } from '../../ports/pipeline-runs.ts';

export async function readDeployment(
  { deployments, pipelineRuns }: { readonly deployments: Deployments; readonly pipelineRuns: PipelineRuns },
  { id }: { readonly id: string },
): Promise<ReadDeploymentResult> {
  const [{ deployment }, timeline] = await Promise.all([deployments.read(id), deployments.timeline(id)]);
  const { pipelineRun } = deployment;
  if (pipelineRun === null) return { deployment, timeline, pipeline: null };
  const [run, entries] = await Promise.all([pipelineRuns.find(pipelineRun), pipelineRuns.timeline(pipelineRun)]);
  return { deployment, timeline, pipeline: run === null ? null : { run, timeline: entries } };
}
