import { LambdaClient } from '@aws-sdk/client-lambda';
import { patientCalls } from '../../aws/clients.ts';
import { lambdaVersions } from '../../aws/lambda-versions.ts';
import { PublishVersionInput, publishVersion } from '../../operations/rollout/publish-version.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { systemClock, systemPause } from '../../system.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { ledgerTurns } from '../ledger-turns.ts';
import { workflowTask } from '../workflow-task.ts';

const database = ledgerDatabase();
const ports = {
  deployments: deploymentStore(database, systemClock),
  versions: lambdaVersions(new LambdaClient(patientCalls)),
  turns: ledgerTurns(database),
  pause: systemPause,
  clock: systemClock,
};

export const handler = workflowTask(PublishVersionInput, (input) => publishVersion(ports, input));
