import type { LambdaClient } from '@aws-sdk/client-lambda';
import { lambdaOwners } from '../aws/lambda-owners.ts';
import { config } from '../config.ts';
import type { Owners } from '../ports/owners.ts';

/** The functions of services are in the account and region of Slipway's own state machines. */
export function awsOwners(lambda: LambdaClient): Owners {
  return lambdaOwners(lambda, { machineArn: config.ROLLOUT_MACHINE_ARN });
}
