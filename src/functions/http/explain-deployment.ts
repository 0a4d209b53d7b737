import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { explainDeploymentContract } from '../../api/contracts/explain-deployment.ts';
import { quickCalls } from '../../aws/clients.ts';
import { cloudwatchAlarms } from '../../aws/cloudwatch-alarms.ts';
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
  alarms: cloudwatchAlarms(new CloudWatchClient(quickCalls)),
  clock: systemClock,
};

export const handler = httpRoute(explainDeploymentContract, { ports, operation: explainDeployment });
