import type { LambdaClient } from '@aws-sdk/client-lambda';
import { lambdaTraffic } from '../aws/lambda-traffic.ts';
import { lambdaVersions } from '../aws/lambda-versions.ts';
import { awsClusters } from './aws-clusters.ts';
import { awsOwners } from './aws-owners.ts';

/** What a request that starts a deployment asks of the targets of services, and by what it takes calls back there. */
export function awsTargets(lambda: LambdaClient) {
  return {
    traffic: lambdaTraffic(lambda),
    clusters: awsClusters(),
    versions: lambdaVersions(lambda),
    owners: awsOwners(lambda),
  };
}
