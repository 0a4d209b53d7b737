import { LambdaClient } from '@aws-sdk/client-lambda';
import { retryDeploymentContract } from '../../api/contracts/retry-deployment.ts';
import { quickCalls } from '../../aws/clients.ts';
import { lambdaTraffic } from '../../aws/lambda-traffic.ts';
import { lambdaVersions } from '../../aws/lambda-versions.ts';
import { retryDeployment } from '../../operations/opening/retry-deployment.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { idempotencyStore } from '../../store/idempotency-store.ts';
import { serviceStore } from '../../store/service-store.ts';
import { systemClock, systemIds, systemPause } from '../../system.ts';
import { awsArtifacts } from '../aws-artifacts.ts';
import { noClusters } from '../aws-clusters.ts';
import { awsPreflight } from '../aws-preflight.ts';
import { awsWorkflows } from '../aws-workflows.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { ledgerTurns } from '../ledger-turns.ts';

const database = ledgerDatabase();
const lambda = new LambdaClient(quickCalls);
const ports = {
  services: serviceStore(database),
  deployments: deploymentStore(database, systemClock),
  idempotency: idempotencyStore(database),
  traffic: lambdaTraffic(lambda),
  clusters: noClusters,
  versions: lambdaVersions(lambda),
  ...awsPreflight(lambda),
  ...awsArtifacts(),
  workflows: awsWorkflows(),
  turns: ledgerTurns(database),
  pause: systemPause,
  clock: systemClock,
  ids: systemIds,
};

export const handler = httpRoute(retryDeploymentContract, { ports, operation: retryDeployment });
