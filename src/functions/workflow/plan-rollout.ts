import { LambdaClient } from '@aws-sdk/client-lambda';
import { quickCalls } from '../../aws/clients.ts';
import { lambdaTraffic } from '../../aws/lambda-traffic.ts';
import { config } from '../../config.ts';
import { PlanRolloutInput, planRollout } from '../../operations/plan-rollout.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { openDatabase } from '../../store/postgres.ts';
import { systemClock } from '../../system.ts';
import { workflowTask } from '../workflow-task.ts';

const ports = {
  deployments: deploymentStore(openDatabase(config.DATABASE_URL), systemClock),
  traffic: lambdaTraffic(new LambdaClient(quickCalls)),
  clock: systemClock,
};

export const handler = workflowTask(PlanRolloutInput, (input) => planRollout(ports, input));
