import type { Deployment } from '../../domain/deployment.ts';
import type { TimelineEntry } from '../../domain/timeline.ts';
import type { Contract } from '../contract.ts';
import { presentDeployment, presentEntry } from '../present.ts';
import { DeploymentId } from '../request-fields.ts';

export interface ReadDeploymentResult {
  readonly deployment: Deployment;
  readonly timeline: readonly TimelineEntry[];
}

export const readDeploymentContract = {
  name: 'readDeployment',
  method: 'GET',
  path: '/deployments/{id}',
  summary: 'Read a deployment: status, weight, what can be done with it, and its timeline',
  needs: 'viewer',
  about: 'deployment',
  params: DeploymentId,
  respond: ({ deployment, timeline }: ReadDeploymentResult) => ({
    status: 200,
    body: { ...presentDeployment(deployment), timeline: timeline.map(presentEntry) },
  }),
} as const satisfies Contract;
