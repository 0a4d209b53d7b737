import { LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { quickCalls } from '../../aws/clients.ts';
import { lambdaTraffic } from '../../aws/lambda-traffic.ts';
import { config } from '../../config.ts';
import { remediateAlarm } from '../../operations/remediate-alarm.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { outboxStore } from '../../store/outbox-store.ts';
import { openDatabase } from '../../store/postgres.ts';
import { systemClock, systemIds } from '../../system.ts';
import { awsPublisher } from '../aws-publisher.ts';
import { awsWorkflows } from '../aws-workflows.ts';
import { eventListener } from '../event-listener.ts';

const database = openDatabase(config.DATABASE_URL);
const ports = {
  deployments: deploymentStore(database, systemClock),
  traffic: lambdaTraffic(new LambdaClient(quickCalls)),
  workflows: awsWorkflows(),
  outbox: outboxStore(database),
  publisher: awsPublisher(),
  ids: systemIds,
  clock: systemClock,
};

/** As EventBridge delivers it; when the alarm turned, and not when the event was sent, tells whether a deployment is to blame. */
const AlarmStateChange = z.object({
  id: z.string(),
  detail: z.object({
    alarmName: z.string(),
    state: z.object({
      value: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
      timestamp: z.string(),
      reason: z.optional(z.string()),
    }),
  }),
});

export const handler = eventListener(AlarmStateChange, ({ id, detail: { alarmName, state } }) =>
  remediateAlarm(ports, {
    id,
    alarm: alarmName,
    state: state.value,
    at: Date.parse(state.timestamp),
    reason: state.reason,
  }),
);
