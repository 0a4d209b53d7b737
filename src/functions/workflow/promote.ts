import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { quickCalls } from '../../aws/clients.ts';
import { cloudwatchAlarms } from '../../aws/cloudwatch-alarms.ts';
import { lambdaTraffic } from '../../aws/lambda-traffic.ts';
import { PromoteInput, promote } from '../../operations/rollout/promote.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { systemClock, systemPause } from '../../system.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { ledgerTurns } from '../ledger-turns.ts';
import { workflowTask } from '../workflow-task.ts';

const database = ledgerDatabase();
const ports = {
  deployments: deploymentStore(database, systemClock),
  traffic: lambdaTraffic(new LambdaClient(quickCalls)),
  alarms: cloudwatchAlarms(new CloudWatchClient(quickCalls)),
  turns: ledgerTurns(database),
  pause: systemPause,
  clock: systemClock,
};

export const handler = workflowTask(PromoteInput, (input) => promote(ports, input));
