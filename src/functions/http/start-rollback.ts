import { LambdaClient } from '@aws-sdk/client-lambda';
import { startRollbackContract } from '../../api/contracts/start-rollback.ts';
import { quickCalls } from '../../aws/clients.ts';
import { startRollback } from '../../operations/opening/start-rollback.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { idempotencyStore } from '../../store/idempotency-store.ts';
import { serviceStore } from '../../store/service-store.ts';
import { systemClock, systemIds } from '../../system.ts';
import { awsTargets } from '../aws-targets.ts';
import { awsWorkflows } from '../aws-workflows.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';

const database = ledgerDatabase();
const lambda = new LambdaClient(quickCalls);
const ports = {
  services: serviceStore(database),
  deployments: deploymentStore(database, systemClock),
  idempotency: idempotencyStore(database),
  ...awsTargets(lambda),
  workflows: awsWorkflows(),
  clock: systemClock,
  ids: systemIds,
};

export const handler = httpRoute(startRollbackContract, { ports, operation: startRollback });
