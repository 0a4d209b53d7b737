import { ReadDeliveryInput, readDelivery } from '../../operations/pipeline/read-delivery.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { systemClock } from '../../system.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { workflowTask } from '../workflow-task.ts';

const ports = {
  deployments: deploymentStore(ledgerDatabase(), systemClock),
  clock: systemClock,
};

export const handler = workflowTask(ReadDeliveryInput, (input) => readDelivery(ports, input));
