import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { quickCalls } from '../../aws/clients.ts';
import { cloudwatchAlarms } from '../../aws/cloudwatch-alarms.ts';
import { codepipelineDeliveries } from '../../aws/codepipeline-deliveries.ts';
import { lambdaTraffic } from '../../aws/lambda-traffic.ts';
import { lambdaVersions } from '../../aws/lambda-versions.ts';
import { config } from '../../config.ts';
import type { DeliveryPlace } from '../../domain/delivery-place.ts';
import { OpenDeliveryInput, openDelivery } from '../../operations/open-delivery.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { pipelineRunStore } from '../../store/pipeline-run-store.ts';
import { serviceStore } from '../../store/service-store.ts';
import { systemClock, systemIds, systemPause } from '../../system.ts';
import { awsWorkflows } from '../aws-workflows.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { ledgerTurns } from '../ledger-turns.ts';
import { workflowTask } from '../workflow-task.ts';

const database = ledgerDatabase();
const lambda = new LambdaClient(quickCalls);
const ports = {
  services: serviceStore(database),
  deployments: deploymentStore(database, systemClock),
  pipelineRuns: pipelineRunStore(database, systemClock),
  deliveries: codepipelineDeliveries(new CodePipelineClient(quickCalls), {
    name: config.PIPELINE_NAME ?? null,
    place: placeOf(config.PIPELINE_SERVICE),
  }),
  traffic: lambdaTraffic(lambda),
  versions: lambdaVersions(lambda),
  alarms: cloudwatchAlarms(new CloudWatchClient(quickCalls)),
  workflows: awsWorkflows(),
  turns: ledgerTurns(database),
  pause: systemPause,
  clock: systemClock,
  ids: systemIds,
};

export const handler = workflowTask(OpenDeliveryInput, (input) => openDelivery(ports, input));

function placeOf(service: string | undefined): DeliveryPlace | null {
  if (service === undefined) return null;
  const { PIPELINE_IMAGES: repository } = config;
  if (repository !== undefined) return { service, output: { kind: 'image', repository } };
  return { service, output: { kind: 'object', bucket: config.PIPELINE_BUCKET } };
}
