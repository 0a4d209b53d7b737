import type { ReadPipelineRunResult } from '../../domain/pipeline/run-results.ts';
import type { Contract } from '../contract.ts';
import { presentPipelineRun } from '../present-pipeline-run.ts';
import { PipelineRunId } from '../request-fields.ts';

export const readPipelineRunContract = {
  name: 'readPipelineRun',
  method: 'GET',
  path: '/pipeline-runs/{id}',
  summary: 'Read a run of the pipeline: its stages, its deployment, and its timeline',
  needs: 'viewer',
  about: 'pipelineRun',
  params: PipelineRunId,
  respond: ({ run, timeline }: ReadPipelineRunResult) => ({
    status: 200,
    body: presentPipelineRun(run, timeline),
  }),
} as const satisfies Contract;
