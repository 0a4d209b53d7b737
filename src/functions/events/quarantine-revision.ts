import { DeploymentChanged, quarantineRevision } from '../../operations/pipeline/quarantine-revision.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { outboxStore } from '../../store/outbox-store.ts';
import { pipelineRunStore } from '../../store/pipeline-run-store.ts';
import { systemClock } from '../../system.ts';
import { awsMeasures } from '../aws-measures.ts';
import { awsPipelines } from '../aws-pipelines.ts';
import { awsPublisher } from '../aws-publisher.ts';
import { eventListener } from '../event-listener.ts';
import { ledgerDatabase } from '../ledger-database.ts';

const database = ledgerDatabase();
const ports = {
  deployments: deploymentStore(database, systemClock),
  pipelines: awsPipelines(),
  pipelineRuns: pipelineRunStore(database, systemClock),
  outbox: outboxStore(database),
  publisher: awsPublisher(),
  measures: awsMeasures(),
  clock: systemClock,
};

export const handler = eventListener(DeploymentChanged, (event) => quarantineRevision(ports, event));
