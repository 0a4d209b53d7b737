/** All routes, for the server, the OpenAPI document and the client. A Lambda function imports only its own contract. */
import { abortDeploymentContract as abortDeployment } from './contracts/abort-deployment.ts';
import { checkServiceContract as checkService } from './contracts/check-service.ts';
import { explainDeploymentContract as explainDeployment } from './contracts/explain-deployment.ts';
import { listDeploymentsContract as listDeployments } from './contracts/list-deployments.ts';
import { listServicesContract as listServices } from './contracts/list-services.ts';
import { putServiceContract as putService } from './contracts/put-service.ts';
import { readDeploymentContract as readDeployment } from './contracts/read-deployment.ts';
import { readHealthContract as readHealth } from './contracts/read-health.ts';
import { readOpenapiContract as readOpenapi } from './contracts/read-openapi.ts';
import { readPipelineRunContract as readPipelineRun } from './contracts/read-pipeline-run.ts';
import { readReadinessContract as readReadiness } from './contracts/read-readiness.ts';
import { readServiceContract as readService } from './contracts/read-service.ts';
import { releaseServiceContract as releaseService } from './contracts/release-service.ts';
import { removeServiceContract as removeService } from './contracts/remove-service.ts';
import { retryDeploymentContract as retryDeployment } from './contracts/retry-deployment.ts';
import {
  approveDeploymentContract as approveDeployment,
  pauseDeploymentContract as pauseDeployment,
  promoteDeploymentContract as promoteDeployment,
  resumeDeploymentContract as resumeDeployment,
  skipDeploymentContract as skipDeployment,
} from './contracts/signal-deployment.ts';
import { startDeploymentContract as startDeployment } from './contracts/start-deployment.ts';
import { startRollbackContract as startRollback } from './contracts/start-rollback.ts';

export const contracts = {
  startDeployment,
  startRollback,
  listDeployments,
  readDeployment,
  explainDeployment,
  promoteDeployment,
  pauseDeployment,
  resumeDeployment,
  skipDeployment,
  approveDeployment,
  abortDeployment,
  retryDeployment,
  readPipelineRun,
  putService,
  readService,
  listServices,
  removeService,
  checkService,
  releaseService,
  readHealth,
  readReadiness,
  readOpenapi,
} as const;
export type ContractName = keyof typeof contracts;
