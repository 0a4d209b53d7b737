import { LambdaClient } from '@aws-sdk/client-lambda';
import { checkServiceContract } from '../../api/contracts/check-service.ts';
import { quickCalls } from '../../aws/clients.ts';
import { checkService } from '../../operations/opening/check-service.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { idempotencyStore } from '../../store/idempotency-store.ts';
import { serviceStore } from '../../store/service-store.ts';
import { systemClock, systemPause } from '../../system.ts';
import { awsPreflight } from '../aws-preflight.ts';
import { awsTargets } from '../aws-targets.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { ledgerTurns } from '../ledger-turns.ts';

const database = ledgerDatabase();
const lambda = new LambdaClient(quickCalls);
const ports = {
  services: serviceStore(database),
  deployments: deploymentStore(database, systemClock),
  idempotency: idempotencyStore(database),
  ...awsTargets(lambda),
  ...awsPreflight(lambda),
  turns: ledgerTurns(database),
  pause: systemPause,
  clock: systemClock,
};

export const handler = httpRoute(checkServiceContract, { ports, operation: checkService });
