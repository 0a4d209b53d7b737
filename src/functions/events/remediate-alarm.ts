import { LambdaClient } from '@aws-sdk/client-lambda';
import { quickCalls } from '../../aws/clients.ts';
import { lambdaTraffic } from '../../aws/lambda-traffic.ts';
import { remediateAlarmEvent } from '../../operations/way-back/remediate-alarm.ts';
import { urgentDeploymentStore } from '../../store/deployment-store.ts';
import { systemClock, systemIds, systemPatience } from '../../system.ts';
import { awsClusters } from '../aws-clusters.ts';
import { awsMeasures } from '../aws-measures.ts';
import { awsWorkflows } from '../aws-workflows.ts';
import { eventListener } from '../event-listener.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { AlarmStateChange, alarmEventOf } from './messages/alarm-state-change.ts';

const database = ledgerDatabase();
const ports = {
  deployments: urgentDeploymentStore(database, systemClock),
  traffic: lambdaTraffic(new LambdaClient(quickCalls)),
  clusters: awsClusters(),
  workflows: awsWorkflows(),
  measures: awsMeasures(),
  ids: systemIds,
  patience: systemPatience,
  clock: systemClock,
};

export const handler = eventListener(AlarmStateChange, (event) => remediateAlarmEvent(ports, alarmEventOf(event)));
