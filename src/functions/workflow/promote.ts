import { LambdaClient } from '@aws-sdk/client-lambda';
import { quickCalls } from '../../aws/clients.ts';
import { lambdaTraffic } from '../../aws/lambda-traffic.ts';
import { config } from '../../config.ts';
import { PromoteInput, promote } from '../../operations/promote.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { openDatabase } from '../../store/postgres.ts';
import { systemClock } from '../../system.ts';
import { workflowTask } from '../workflow-task.ts';

const database = openDatabase(config.DATABASE_URL);
const ports = {
  deployments: deploymentStore(database, systemClock),
  traffic: lambdaTraffic(new LambdaClient(quickCalls)),
  clock: systemClock,
};

export const handler = workflowTask(PromoteInput, (input) => promote(ports, input));
