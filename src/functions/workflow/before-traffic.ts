import { LambdaClient } from '@aws-sdk/client-lambda';
import { hookCalls } from '../../aws/clients.ts';
import { lambdaHooks } from '../../aws/lambda-hooks.ts';
import { BeforeTrafficInput, beforeTraffic } from '../../operations/rollout/before-traffic.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { systemClock } from '../../system.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { workflowTask } from '../workflow-task.ts';

const ports = {
  deployments: deploymentStore(ledgerDatabase(), systemClock),
  hooks: lambdaHooks(new LambdaClient(hookCalls)),
  clock: systemClock,
};

export const handler = workflowTask(BeforeTrafficInput, (input) => beforeTraffic(ports, input));
