import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { quickCalls } from '../aws/clients.ts';
import { codepipelinePipelines } from '../aws/codepipeline-pipelines.ts';
import { config } from '../config.ts';
import type { Pipelines } from '../ports/pipelines.ts';

/** The stage's own pipeline, if it has one. */
export function awsPipelines(): Pipelines {
  const names = { name: config.PIPELINE_NAME ?? null, service: config.PIPELINE_SERVICE ?? null };
  return codepipelinePipelines(new CodePipelineClient(quickCalls), names);
}
