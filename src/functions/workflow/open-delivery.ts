import { LambdaClient } from '@aws-sdk/client-lambda';
import { quickCalls } from '../../aws/clients.ts';
import { lambdaTraffic } from '../../aws/lambda-traffic.ts';
import { lambdaVersions } from '../../aws/lambda-versions.ts';
import { OpenDeliveryInput, openDelivery } from '../../operations/pipeline/open-delivery.ts';
import { listedDeploymentStore } from '../../store/deployment-pages.ts';
import { pipelineRunStore } from '../../store/pipeline-run-store.ts';
import { serviceStore } from '../../store/service-store.ts';
import { systemClock, systemIds, systemPause } from '../../system.ts';
import { noClusters } from '../aws-clusters.ts';
import { awsDeliveries } from '../aws-deliveries.ts';
import { awsPreflight } from '../aws-preflight.ts';
import { awsWorkflows } from '../aws-workflows.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { ledgerTurns } from '../ledger-turns.ts';
import { workflowTask } from '../workflow-task.ts';

const database = ledgerDatabase();
const lambda = new LambdaClient(quickCalls);
const ports = {
  services: serviceStore(database),
  deployments: listedDeploymentStore(database, systemClock),
  pipelineRuns: pipelineRunStore(database, systemClock),
  deliveries: awsDeliveries(),
  traffic: lambdaTraffic(lambda),
  clusters: noClusters,
  versions: lambdaVersions(lambda),
  ...awsPreflight(lambda),
  workflows: awsWorkflows(),
  turns: ledgerTurns(database),
  pause: systemPause,
  clock: systemClock,
  ids: systemIds,
};

export const handler = workflowTask(OpenDeliveryInput, (input) => openDelivery(ports, input));
