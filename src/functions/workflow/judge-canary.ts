import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { patientCalls, quickCalls } from '../../aws/clients.ts';
import { cloudwatchAlarms } from '../../aws/cloudwatch-alarms.ts';
import { cloudwatchMetrics } from '../../aws/cloudwatch-metrics.ts';
import { JudgeCanaryInput, judgeCanary } from '../../operations/judging/judge-canary.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { outboxStore } from '../../store/outbox-store.ts';
import { verdictStore } from '../../store/verdict-store.ts';
import { systemClock } from '../../system.ts';
import { awsClusters } from '../aws-clusters.ts';
import { awsMeasures } from '../aws-measures.ts';
import { awsPublisher } from '../aws-publisher.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { workflowTask } from '../workflow-task.ts';

const database = ledgerDatabase();
const ports = {
  deployments: deploymentStore(database, systemClock),
  clusters: awsClusters(),
  alarms: cloudwatchAlarms(new CloudWatchClient(quickCalls)),
  metrics: cloudwatchMetrics(new CloudWatchClient(patientCalls), systemClock),
  verdicts: verdictStore(database),
  outbox: outboxStore(database),
  publisher: awsPublisher(),
  measures: awsMeasures(),
  clock: systemClock,
};

export const handler = workflowTask(JudgeCanaryInput, (input) => judgeCanary(ports, input));
