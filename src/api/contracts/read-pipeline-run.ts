import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import type { PipelineRun } from '../../domain/pipeline/pipeline-run.ts';
import { PipelineRunId } from '../fields/request-fields.ts';
import type { Contract } from '../route/contract.ts';
import { presentPipelineRun } from '../views/present-pipeline-run.ts';

export const readPipelineRunContract = {
  name: 'readPipelineRun',
  method: 'GET',
  path: '/pipeline-runs/{id}',
  summary: 'Read a run of the pipeline: its stages, its deployment, and its timeline',
  needs: 'viewer',
  about: 'pipelineRun',
  params: PipelineRunId,
  respond: ({ run, timeline }: { readonly run: PipelineRun; readonly timeline: readonly TimelineEntry[] }) => ({
    status: 200,
    body: presentPipelineRun(run, timeline),
  }),
} as const satisfies Contract;
