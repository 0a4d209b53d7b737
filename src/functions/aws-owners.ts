import type { LambdaClient } from '@aws-sdk/client-lambda';
import { lambdaOwners } from '../aws/lambda-owners.ts';
import { config } from '../config.ts';
import type { Owners } from '../ports/owners.ts';

/** Functions are deployed in the account and region in which Slipway's own machines are. */
export function awsOwners(lambda: LambdaClient): Owners {
  return lambdaOwners(lambda, { machineArn: config.ROLLOUT_MACHINE_ARN });
}
