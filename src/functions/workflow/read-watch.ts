import { ReadWatchInput, readWatch } from '../../operations/pipeline/read-watch.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { pipelineRunStore } from '../../store/pipeline-run-store.ts';
import { systemClock } from '../../system.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { workflowTask } from '../workflow-task.ts';

const database = ledgerDatabase();
const ports = {
  deployments: deploymentStore(database, systemClock),
  pipelineRuns: pipelineRunStore(database, systemClock),
  clock: systemClock,
};

export const handler = workflowTask(ReadWatchInput, (input) => readWatch(ports, input));
