import { listDeploymentsContract } from '../../api/contracts/list-deployments.ts';
import { listDeployments } from '../../operations/reading/list-deployments.ts';
import { listedDeploymentStore } from '../../store/deployment-pages.ts';
import { systemClock } from '../../system.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';

const database = ledgerDatabase();
const ports = {
  deployments: listedDeploymentStore(database, systemClock),
};

export const handler = httpRoute(listDeploymentsContract, { ports, operation: listDeployments });
