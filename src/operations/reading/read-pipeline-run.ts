/** Reads one run of the pipeline with its whole timeline. */
import { noSuchRun } from '../../domain/pipeline/pipeline-ledger.ts';
import type { ReadPipelineRunResult } from '../../domain/pipeline/run-results.ts';
import type { PipelineRuns } from '../../ports/pipeline-runs.ts';

export async function readPipelineRun(
  { pipelineRuns }: { readonly pipelineRuns: PipelineRuns },
  { id }: { readonly id: string },
): Promise<ReadPipelineRunResult> {
  const [run, timeline] = await Promise.all([pipelineRuns.find(id), pipelineRuns.timeline(id)]);
  if (run === null) throw noSuchRun(id);
  return { run, timeline };
}
