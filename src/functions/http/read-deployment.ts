import { readDeploymentContract } from '../../api/contracts/read-deployment.ts';
import { config } from '../../config.ts';
import { readDeployment } from '../../operations/read-deployment.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { openDatabase } from '../../store/postgres.ts';
import { systemClock } from '../../system.ts';
import { httpRoute } from '../http-route.ts';

const database = openDatabase(config.DATABASE_URL);
const ports = {
  deployments: deploymentStore(database, systemClock),
};

export const handler = httpRoute(readDeploymentContract, { ports, operation: readDeployment });
