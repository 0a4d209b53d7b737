/** One run of the pipeline with its whole timeline. */

import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import { noSuchRun } from '../../domain/pipeline/pipeline-ledger.ts';
import type { PipelineRun } from '../../domain/pipeline/pipeline-run.ts';
import type { PipelineRuns } from '../../ports/pipeline-runs.ts';

export async function readPipelineRun(
  { pipelineRuns }: { readonly pipelineRuns: PipelineRuns },
  { id }: { readonly id: string },
): Promise<{ readonly run: PipelineRun; readonly timeline: readonly TimelineEntry[] }> {
  const [run, timeline] = await Promise.all([pipelineRuns.find(id), pipelineRuns.timeline(id)]);
  if (run === null) throw noSuchRun(id);
  return { run, timeline };
}
