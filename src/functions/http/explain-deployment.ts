import { explainDeploymentContract } from '../../api/contracts/explain-deployment.ts';
import { explainDeployment } from '../../operations/reading/explain-deployment.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { verdictStore } from '../../store/verdict-store.ts';
import { systemClock } from '../../system.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';

const database = ledgerDatabase();
const ports = {
  deployments: deploymentStore(database, systemClock),
  verdicts: verdictStore(database),
};

export const handler = httpRoute(explainDeploymentContract, { ports, operation: explainDeployment });
