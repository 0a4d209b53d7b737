import type { StartRolloutResult } from '../../domain/preflight/start-result.ts';
import { DeploymentId, WithReason } from '../fields/request-fields.ts';
import type { Contract } from '../route/contract.ts';
import { started } from '../views/started.ts';

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
