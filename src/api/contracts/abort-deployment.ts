import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { Contract } from '../contract.ts';
import { accepted } from '../present.ts';
import { DeploymentId, WithReason } from '../request-fields.ts';

export const abortDeploymentContract = {
  name: 'abortDeployment',
  method: 'POST',
  path: '/deployments/{id}/abort',
  summary: 'Stop a deployment and put all traffic back on the version before',
  needs: 'deployer',
  about: 'deployment',
  params: DeploymentId,
  body: WithReason,
  isRetreat: true,
  respond: (deployment: Deployment) => accepted(deployment),
} as const satisfies Contract;
