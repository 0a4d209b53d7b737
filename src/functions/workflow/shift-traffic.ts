import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { quickCalls } from '../../aws/clients.ts';
import { cloudwatchAlarms } from '../../aws/cloudwatch-alarms.ts';
import { lambdaTraffic } from '../../aws/lambda-traffic.ts';
import { ShiftTrafficInput, shiftTraffic } from '../../operations/rollout/shift-traffic.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { outboxStore } from '../../store/outbox-store.ts';
import { systemClock, systemPause } from '../../system.ts';
import { awsMeasures } from '../aws-measures.ts';
import { awsPublisher } from '../aws-publisher.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { ledgerTurns } from '../ledger-turns.ts';
import { workflowTask } from '../workflow-task.ts';

const database = ledgerDatabase();
const ports = {
  deployments: deploymentStore(database, systemClock),
  traffic: lambdaTraffic(new LambdaClient(quickCalls)),
  alarms: cloudwatchAlarms(new CloudWatchClient(quickCalls)),
  outbox: outboxStore(database),
  publisher: awsPublisher(),
  measures: awsMeasures(),
  turns: ledgerTurns(database),
  pause: systemPause,
  clock: systemClock,
};

export const handler = workflowTask(ShiftTrafficInput, (input) => shiftTraffic(ports, input));
