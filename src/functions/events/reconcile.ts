import { LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { quickCalls } from '../../aws/clients.ts';
import { lambdaTraffic } from '../../aws/lambda-traffic.ts';
import { lambdaVersionFacts } from '../../aws/lambda-versions.ts';
import { config } from '../../config.ts';
import { daysKept } from '../../operations/nets/forget-old-rows.ts';
import { reconcile } from '../../operations/nets/reconcile.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { outboxStore } from '../../store/outbox-store.ts';
import { upkeepStore } from '../../store/upkeep-store.ts';
import { systemClock, systemIds, systemPause } from '../../system.ts';
import { noClusters } from '../aws-clusters.ts';
import { awsMeasures } from '../aws-measures.ts';
import { awsPublisher } from '../aws-publisher.ts';
import { awsWorkflows } from '../aws-workflows.ts';
import { eventListener } from '../event-listener.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { ledgerTurns } from '../ledger-turns.ts';

const database = ledgerDatabase();
const lambda = new LambdaClient(quickCalls);
const ports = {
  deployments: deploymentStore(database, systemClock),
  traffic: lambdaTraffic(lambda),
  versions: lambdaVersionFacts(lambda),
  clusters: noClusters,
  workflows: awsWorkflows(),
  outbox: outboxStore(database),
  publisher: awsPublisher(),
  measures: awsMeasures(),
  ids: systemIds,
  turns: ledgerTurns(database),
  upkeep: upkeepStore(database),
  retention: daysKept({ outbox: config.OUTBOX_DAYS, evidence: config.EVIDENCE_DAYS }),
  pause: systemPause,
  clock: systemClock,
};

export const handler = eventListener(z.unknown(), () => reconcile(ports));
