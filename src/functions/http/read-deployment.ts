import { readDeploymentContract } from '../../api/contracts/read-deployment.ts';
import { readDeployment } from '../../operations/reading/read-deployment.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { pipelineRunStore } from '../../store/pipeline-run-store.ts';
import { systemClock } from '../../system.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';

const database = ledgerDatabase();
const ports = {
  deployments: deploymentStore(database, systemClock),
  pipelineRuns: pipelineRunStore(database, systemClock),
};

export const handler = httpRoute(readDeploymentContract, { ports, operation: readDeployment });
