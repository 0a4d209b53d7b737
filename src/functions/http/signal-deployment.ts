import { signalDeploymentContracts } from '../../api/contracts/signal-deployment.ts';
import { signalDeployment } from '../../operations/rollout/signal-deployment.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { idempotencyStore } from '../../store/idempotency-store.ts';
import { systemClock } from '../../system.ts';
import { awsWorkflows } from '../aws-workflows.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';

const database = ledgerDatabase();
const ports = {
  deployments: deploymentStore(database, systemClock),
  idempotency: idempotencyStore(database),
  workflows: awsWorkflows(),
  clock: systemClock,
};

export const handler = httpRoute(signalDeploymentContracts, { ports, operation: signalDeployment });
