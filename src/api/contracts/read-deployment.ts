import type { ReadDeploymentResult } from '../../domain/pipeline/run-results.ts';
import { DeploymentId } from '../fields/request-fields.ts';
import type { Contract } from '../route/contract.ts';
import { presentDeployment, presentEntry } from '../views/present.ts';
import { presentPipelineRun } from '../views/present-pipeline-run.ts';

export const readDeploymentContract = {
  name: 'readDeployment',
  method: 'GET',
  path: '/deployments/{id}',
  summary: 'Read a deployment: status, weight, what can be done with it, and its timeline',
  needs: 'viewer',
  about: 'deployment',
  params: DeploymentId,
  respond: ({ deployment, isLive, timeline, pipeline }: ReadDeploymentResult) => ({
    status: 200,
    body: {
      ...presentDeployment(deployment, { isLive }),
      pipeline: pipeline && presentPipelineRun(pipeline.run, pipeline.timeline),
      timeline: timeline.map(presentEntry),
    },
  }),
} as const satisfies Contract;
