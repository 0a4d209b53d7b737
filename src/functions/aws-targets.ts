import type { LambdaClient } from '@aws-sdk/client-lambda';
import { lambdaTraffic } from '../aws/lambda-traffic.ts';
import { lambdaVersions } from '../aws/lambda-versions.ts';
import { awsClusters } from './aws-clusters.ts';
import { awsOwners } from './aws-owners.ts';

/** The ports through which a request that starts a deployment reads the targets of services and rolls back there. */
export function awsTargets(lambda: LambdaClient) {
  return {
    traffic: lambdaTraffic(lambda),
    clusters: awsClusters(),
    versions: lambdaVersions(lambda),
    owners: awsOwners(lambda),
  };
}
