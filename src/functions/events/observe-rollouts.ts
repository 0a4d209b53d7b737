import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { patientCalls, quickCalls } from '../../aws/clients.ts';
import { cloudwatchAlarms } from '../../aws/cloudwatch-alarms.ts';
import { cloudwatchMetrics } from '../../aws/cloudwatch-metrics.ts';
import { lambdaTraffic } from '../../aws/lambda-traffic.ts';
import { observeRollouts } from '../../operations/nets/observe-rollouts.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { outboxStore } from '../../store/outbox-store.ts';
import { verdictStore } from '../../store/verdict-store.ts';
import { systemClock, systemIds, systemPause } from '../../system.ts';
import { awsClusters } from '../aws-clusters.ts';
import { awsMeasures } from '../aws-measures.ts';
import { awsPublisher } from '../aws-publisher.ts';
import { awsWorkflows } from '../aws-workflows.ts';
import { eventListener } from '../event-listener.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { ledgerTurns } from '../ledger-turns.ts';

const database = ledgerDatabase();
const ports = {
  deployments: deploymentStore(database, systemClock),
  traffic: lambdaTraffic(new LambdaClient(quickCalls)),
  clusters: awsClusters(),
  workflows: awsWorkflows(),
  measures: awsMeasures(),
  alarms: cloudwatchAlarms(new CloudWatchClient(quickCalls)),
  metrics: cloudwatchMetrics(new CloudWatchClient(patientCalls), systemClock),
  verdicts: verdictStore(database),
  outbox: outboxStore(database),
  publisher: awsPublisher(),
  ids: systemIds,
  turns: ledgerTurns(database),
  pause: systemPause,
  clock: systemClock,
};

export const handler = eventListener(z.unknown(), () => observeRollouts(ports));
