/**
 * Reads one deployment with its whole timeline, and the pipeline run that delivered it with the timeline of that run.
 */
import type { ReadDeploymentResult } from '../../domain/pipeline/run-results.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { PipelineRuns } from '../../ports/pipeline-runs.ts';
import { isLive } from '../steps/live-among.ts';

export async function readDeployment(
  ports: { readonly deployments: Deployments; readonly pipelineRuns: PipelineRuns },
  { id }: { readonly id: string },
): Promise<ReadDeploymentResult> {
  const { deployments, pipelineRuns } = ports;
  const [{ deployment }, timeline] = await Promise.all([deployments.read(id), deployments.timeline(id)]);
  const { pipelineRun } = deployment;
  const read = { deployment, isLive: await isLive(ports, deployment), timeline };
  if (pipelineRun === null) return { ...read, pipeline: null };
  const [run, entries] = await Promise.all([pipelineRuns.find(pipelineRun), pipelineRuns.timeline(pipelineRun)]);
  return { ...read, pipeline: run === null ? null : { run, timeline: entries } };
}
