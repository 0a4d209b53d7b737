import { readPipelineRunContract } from '../../api/contracts/read-pipeline-run.ts';
import { config } from '../../config.ts';
import { readPipelineRun } from '../../operations/read-pipeline-run.ts';
import { pipelineRunStore } from '../../store/pipeline-run-store.ts';
import { openDatabase } from '../../store/postgres.ts';
import { systemClock } from '../../system.ts';
import { httpRoute } from '../http-route.ts';

const database = openDatabase(config.DATABASE_URL);
const ports = {
  pipelineRuns: pipelineRunStore(database, systemClock),
};

export const handler = httpRoute(readPipelineRunContract, { ports, operation: readPipelineRun });
