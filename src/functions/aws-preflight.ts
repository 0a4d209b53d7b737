import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { quickCalls } from '../aws/clients.ts';
import { cloudwatchAlarms } from '../aws/cloudwatch-alarms.ts';
import { lambdaCallers } from '../aws/lambda-callers.ts';
import { systemClock } from '../system.ts';
import { awsOwners } from './aws-owners.ts';

/** The ports of a preflight, in addition to those of the target and its versions. */
export function awsPreflight(lambda: LambdaClient) {
  const cloudwatch = new CloudWatchClient(quickCalls);
  return {
    owners: awsOwners(lambda),
    callers: lambdaCallers(lambda, { cloudwatch, clock: systemClock }),
    alarms: cloudwatchAlarms(cloudwatch),
  };
}
