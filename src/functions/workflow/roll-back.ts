import { LambdaClient } from '@aws-sdk/client-lambda';
import { quickCalls } from '../../aws/clients.ts';
import { lambdaTraffic } from '../../aws/lambda-traffic.ts';
import { lambdaVersionFacts } from '../../aws/lambda-versions.ts';
import { RollBackInput, rollBack } from '../../operations/way-back/roll-back.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { outboxStore } from '../../store/outbox-store.ts';
import { systemClock } from '../../system.ts';
import { awsMeasures } from '../aws-measures.ts';
import { awsPublisher } from '../aws-publisher.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { workflowTask } from '../workflow-task.ts';

const database = ledgerDatabase();
const lambda = new LambdaClient(quickCalls);
const ports = {
  deployments: deploymentStore(database, systemClock),
  traffic: lambdaTraffic(lambda),
  versions: lambdaVersionFacts(lambda),
  outbox: outboxStore(database),
  publisher: awsPublisher(),
  measures: awsMeasures(),
  clock: systemClock,
};

export const handler = workflowTask(RollBackInput, (input) => rollBack(ports, input));
