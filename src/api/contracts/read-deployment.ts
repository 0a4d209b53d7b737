import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import type { PipelineRun } from '../../domain/pipeline/pipeline-run.ts';
import { DeploymentId } from '../fields/request-fields.ts';
import type { Contract } from '../route/contract.ts';
import { presentDeployment, presentEntry } from '../views/present.ts';
import { presentPipelineRun } from '../views/present-pipeline-run.ts';

export interface ReadDeploymentResult {
  readonly deployment: Deployment;
  readonly timeline: readonly TimelineEntry[];
  readonly pipeline: { readonly run: PipelineRun; readonly timeline: readonly TimelineEntry[] } | null;
}

export const readDeploymentContract = {
  name: 'readDeployment',
  method: 'GET',
  path: '/deployments/{id}',
  summary: 'Read a deployment: status, weight, what can be done with it, and its timeline',
  needs: 'viewer',
  about: 'deployment',
  params: DeploymentId,
  respond: ({ deployment, timeline, pipeline }: ReadDeploymentResult) => ({
    status: 200,
    body: {
      ...presentDeployment(deployment),
      pipeline: pipeline && presentPipelineRun(pipeline.run, pipeline.timeline),
      timeline: timeline.map(presentEntry),
    },
  }),
} as const satisfies Contract;
