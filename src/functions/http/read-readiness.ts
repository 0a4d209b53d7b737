import { SFNClient } from '@aws-sdk/client-sfn';
import { readReadinessContract } from '../../api/contracts/read-readiness.ts';
import { quickCalls } from '../../aws/clients.ts';
import { stepFunctionsReachable } from '../../aws/step-functions-workflows.ts';
import { config } from '../../config.ts';
import { readReadiness } from '../../operations/reading/read-readiness.ts';
import { reachableDatabase } from '../../store/reachable-database.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';

const database = ledgerDatabase();
const machines = { rollout: config.ROLLOUT_MACHINE_ARN, rollback: config.ROLLBACK_MACHINE_ARN };
const ports = {
  database: reachableDatabase(database),
  workflows: stepFunctionsReachable(new SFNClient(quickCalls), machines),
};

export const handler = httpRoute(readReadinessContract, { ports, operation: readReadiness });
