import { releaseServiceContract } from '../../api/contracts/release-service.ts';
import { releaseService } from '../../operations/pipeline/release-service.ts';
import { idempotencyStore } from '../../store/idempotency-store.ts';
import { pipelineRunStore } from '../../store/pipeline-run-store.ts';
import { systemClock } from '../../system.ts';
import { awsPipelines } from '../aws-pipelines.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';

const database = ledgerDatabase();
const ports = {
  pipelines: awsPipelines(),
  pipelineRuns: pipelineRunStore(database, systemClock),
  idempotency: idempotencyStore(database),
  clock: systemClock,
};

export const handler = httpRoute(releaseServiceContract, { ports, operation: releaseService });
