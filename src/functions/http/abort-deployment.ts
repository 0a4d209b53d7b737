import { LambdaClient } from '@aws-sdk/client-lambda';
import { abortDeploymentContract } from '../../api/contracts/abort-deployment.ts';
import { quickCalls } from '../../aws/clients.ts';
import { lambdaTraffic } from '../../aws/lambda-traffic.ts';
import { abortDeployment } from '../../operations/opening/abort-deployment.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { idempotencyStore } from '../../store/idempotency-store.ts';
import { systemClock, systemIds } from '../../system.ts';
import { awsClusters } from '../aws-clusters.ts';
import { awsWorkflows } from '../aws-workflows.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';

const database = ledgerDatabase();
const lambda = new LambdaClient(quickCalls);
const ports = {
  deployments: deploymentStore(database, systemClock),
  idempotency: idempotencyStore(database),
  traffic: lambdaTraffic(lambda),
  clusters: awsClusters(),
  workflows: awsWorkflows(),
  clock: systemClock,
  ids: systemIds,
};

export const handler = httpRoute(abortDeploymentContract, { ports, operation: abortDeployment });
