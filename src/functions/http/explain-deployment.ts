import { explainDeploymentContract } from '../../api/contracts/explain-deployment.ts';
import { config } from '../../config.ts';
import { explainDeployment } from '../../operations/explain-deployment.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { openDatabase } from '../../store/postgres.ts';
import { verdictStore } from '../../store/verdict-store.ts';
import { systemClock } from '../../system.ts';
import { httpRoute } from '../http-route.ts';

const database = openDatabase(config.DATABASE_URL);
const ports = {
  deployments: deploymentStore(database, systemClock),
  verdicts: verdictStore(database),
};

export const handler = httpRoute(explainDeploymentContract, { ports, operation: explainDeployment });
