import type { ReadPipelineRunResult } from '../../domain/pipeline/run-results.ts';
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
  respond: ({ run, timeline }: ReadPipelineRunResult) => ({
    status: 200,
    body: presentPipelineRun(run, timeline),
  }),
} as const satisfies Contract;
