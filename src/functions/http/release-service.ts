import { releaseServiceContract } from '../../api/contracts/release-service.ts';
import { config } from '../../config.ts';
import { releaseService } from '../../operations/release-service.ts';
import { idempotencyStore } from '../../store/idempotency-store.ts';
import { pipelineRunStore } from '../../store/pipeline-run-store.ts';
import { openDatabase } from '../../store/postgres.ts';
import { systemClock } from '../../system.ts';
import { awsPipelines } from '../aws-pipelines.ts';
import { httpRoute } from '../http-route.ts';

const database = openDatabase(config.DATABASE_URL);
const ports = {
  pipelines: awsPipelines(),
  pipelineRuns: pipelineRunStore(database, systemClock),
  idempotency: idempotencyStore(database),
  clock: systemClock,
};

export const handler = httpRoute(releaseServiceContract, { ports, operation: releaseService });
