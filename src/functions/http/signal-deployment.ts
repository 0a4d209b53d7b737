import { signalDeploymentContracts } from '../../api/contracts/signal-deployment.ts';
import { config } from '../../config.ts';
import { signalDeployment } from '../../operations/signal-deployment.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { idempotencyStore } from '../../store/idempotency-store.ts';
import { outboxStore } from '../../store/outbox-store.ts';
import { openDatabase } from '../../store/postgres.ts';
import { systemClock } from '../../system.ts';
import { awsPublisher } from '../aws-publisher.ts';
import { awsWorkflows } from '../aws-workflows.ts';
import { httpRoute } from '../http-route.ts';

const database = openDatabase(config.DATABASE_URL);
const ports = {
  deployments: deploymentStore(database, systemClock),
  outbox: outboxStore(database),
  idempotency: idempotencyStore(database),
  workflows: awsWorkflows(),
  publisher: awsPublisher(),
  clock: systemClock,
};

export const handler = httpRoute(signalDeploymentContracts, { ports, operation: signalDeployment });
