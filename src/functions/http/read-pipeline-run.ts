import { readPipelineRunContract } from '../../api/contracts/read-pipeline-run.ts';
import { readPipelineRun } from '../../operations/reading/read-pipeline-run.ts';
import { pipelineRunStore } from '../../store/pipeline-run-store.ts';
import { systemClock } from '../../system.ts';
import { httpRoute } from '../http-route.ts';
import { ledgerDatabase } from '../ledger-database.ts';

const database = ledgerDatabase();
const ports = {
  pipelineRuns: pipelineRunStore(database, systemClock),
};

export const handler = httpRoute(readPipelineRunContract, { ports, operation: readPipelineRun });
