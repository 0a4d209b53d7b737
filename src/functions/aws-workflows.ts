import { SFNClient } from '@aws-sdk/client-sfn';
import { quickCalls } from '../aws/clients.ts';
import { stepFunctionsWorkflows } from '../aws/step-functions-workflows.ts';
import { config } from '../config.ts';
import type { Workflows } from '../ports/workflows.ts';

/** The stage's own state machines. */
export function awsWorkflows(): Workflows {
  return stepFunctionsWorkflows(new SFNClient(quickCalls), {
    rollout: config.ROLLOUT_MACHINE_ARN,
    rollback: config.ROLLBACK_MACHINE_ARN,
  });
}
