import { config } from '../../config.ts';
import { followPipeline } from '../../operations/pipeline/follow-pipeline.ts';
import { outboxStore } from '../../store/outbox-store.ts';
import { pipelineRunStore } from '../../store/pipeline-run-store.ts';
import { systemClock } from '../../system.ts';
import { awsMeasures } from '../aws-measures.ts';
import { awsPublisher } from '../aws-publisher.ts';
import { eventListener } from '../event-listener.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { PipelineStateChange, runEventOf } from './messages/pipeline-state-change.ts';

const database = ledgerDatabase();
const ports = {
  pipelines: { service: config.PIPELINE_SERVICE ?? null },
  pipelineRuns: pipelineRunStore(database, systemClock),
  measures: awsMeasures(),
  outbox: outboxStore(database),
  publisher: awsPublisher(),
  clock: systemClock,
};

export const handler = eventListener(PipelineStateChange, (event) => followPipeline(ports, runEventOf(event)));
