import type { Contract } from '../contract.ts';
import { DeploymentId, WithReason } from '../request-fields.ts';
import { type StartRolloutResult, started } from '../started.ts';

export const retryDeploymentContract = {
  name: 'retryDeployment',
  method: 'POST',
  path: '/deployments/{id}/retry',
  summary: 'Deploy the same once more, after it ended without being promoted',
  needs: 'deployer',
  about: 'deployment',
  params: DeploymentId,
  body: WithReason,
  respond: (result: StartRolloutResult) => started(result),
} as const satisfies Contract;
