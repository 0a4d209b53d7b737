import { signalDeploymentContracts } from '../../api/contracts/signal-deployment.ts';
import { config } from '../../config.ts';
import { signalDeployment } from '../../operations/signal-deployment.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { idempotencyStore } from '../../store/idempotency-store.ts';
import { openDatabase } from '../../store/postgres.ts';
import { systemClock } from '../../system.ts';
import { awsWorkflows } from '../aws-workflows.ts';
import { httpRoute } from '../http-route.ts';

const database = openDatabase(config.DATABASE_URL);
const ports = {
  deployments: deploymentStore(database, systemClock),
  idempotency: idempotencyStore(database),
  workflows: awsWorkflows(),
  clock: systemClock,
};

export const handler = httpRoute(signalDeploymentContracts, { ports, operation: signalDeployment });
