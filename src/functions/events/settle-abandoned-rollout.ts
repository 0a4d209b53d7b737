import { LambdaClient } from '@aws-sdk/client-lambda';
import { quickCalls } from '../../aws/clients.ts';
import { lambdaTraffic } from '../../aws/lambda-traffic.ts';
import { lambdaVersionFacts } from '../../aws/lambda-versions.ts';
import { settleAbandonedRollout } from '../../operations/nets/settle-abandoned-rollout.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { outboxStore } from '../../store/outbox-store.ts';
import { systemClock } from '../../system.ts';
import { awsMeasures } from '../aws-measures.ts';
import { awsPublisher } from '../aws-publisher.ts';
import { awsWorkflows } from '../aws-workflows.ts';
import { eventListener } from '../event-listener.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { deploymentOfEvent, ExecutionEnded } from './messages/execution-ended.ts';

const database = ledgerDatabase();
const lambda = new LambdaClient(quickCalls);
const ports = {
  deployments: deploymentStore(database, systemClock),
  traffic: lambdaTraffic(lambda),
  versions: lambdaVersionFacts(lambda),
  outbox: outboxStore(database),
  publisher: awsPublisher(),
  measures: awsMeasures(),
  workflows: awsWorkflows(),
  clock: systemClock,
};

export const handler = eventListener(ExecutionEnded, (event) =>
  settleAbandonedRollout(ports, deploymentOfEvent(event)),
);
