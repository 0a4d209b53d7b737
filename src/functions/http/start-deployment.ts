import { LambdaClient } from '@aws-sdk/client-lambda';
import { startDeploymentContract } from '../../api/contracts/start-deployment.ts';
import { quickCalls } from '../../aws/clients.ts';
import { startDeployment } from '../../operations/opening/start-deployment.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { idempotencyStore } from '../../store/idempotency-store.ts';
import { pipelineRunStore } from '../../store/pipeline-run-store.ts';
import { serviceStore } from '../../store/service-store.ts';
import { systemClock, systemIds, systemPause } from '../../system.ts';
import { awsArtifacts } from '../aws-artifacts.ts';
import { awsPipelines } from '../aws-pipelines.ts';
import { awsPreflight } from '../aws-preflight.ts';
import { awsTargets } from '../aws-targets.ts';
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
  ...awsTargets(lambda),
  ...awsPreflight(lambda),
  ...awsArtifacts(),
  workflows: awsWorkflows(),
  pipelines: awsPipelines(),
  pipelineRuns: pipelineRunStore(database, systemClock),
  turns: ledgerTurns(database),
  pause: systemPause,
  clock: systemClock,
  ids: systemIds,
};

export const handler = httpRoute(startDeploymentContract, { ports, operation: startDeployment });
