import { listDeploymentsContract } from '../../api/contracts/list-deployments.ts';
import { listDeployments } from '../../operations/reading/list-deployments.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { systemClock } from '../../system.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';

const database = ledgerDatabase();
const ports = {
  deployments: deploymentStore(database, systemClock),
};

export const handler = httpRoute(listDeploymentsContract, { ports, operation: listDeployments });
