import { PageOnCallInput, pageOnCall } from '../../operations/way-back/page-on-call.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { outboxStore } from '../../store/outbox-store.ts';
import { systemClock } from '../../system.ts';
import { awsMeasures } from '../aws-measures.ts';
import { awsPublisher } from '../aws-publisher.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { workflowTask } from '../workflow-task.ts';

const database = ledgerDatabase();
const ports = {
  deployments: deploymentStore(database, systemClock),
  outbox: outboxStore(database),
  publisher: awsPublisher(),
  measures: awsMeasures(),
  clock: systemClock,
};

export const handler = workflowTask(PageOnCallInput, (input) => pageOnCall(ports, input));
