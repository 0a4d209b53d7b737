import { config } from '../../config.ts';
import { ReadDeliveryInput, readDelivery } from '../../operations/read-delivery.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { openDatabase } from '../../store/postgres.ts';
import { systemClock } from '../../system.ts';
import { workflowTask } from '../workflow-task.ts';

const ports = {
  deployments: deploymentStore(openDatabase(config.DATABASE_URL), systemClock),
  clock: systemClock,
};

export const handler = workflowTask(ReadDeliveryInput, (input) => readDelivery(ports, input));
