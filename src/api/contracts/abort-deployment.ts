import type { Deployment } from '../../domain/deployment/deployment.ts';
import { DeploymentId } from '../fields/request-fields.ts';
import { WithReasonAtAnyStep } from '../fields/seen-step.ts';
import type { Contract } from '../route/contract.ts';
import { accepted } from '../views/present.ts';

export const abortDeploymentContract = {
  name: 'abortDeployment',
  method: 'POST',
  path: '/deployments/{id}/abort',
  summary: 'Stop a deployment and put all traffic back on the version before',
  needs: 'deployer',
  about: 'deployment',
  params: DeploymentId,
  body: WithReasonAtAnyStep,
  isRetreat: true,
  respond: (deployment: Deployment) => accepted(deployment),
} as const satisfies Contract;
