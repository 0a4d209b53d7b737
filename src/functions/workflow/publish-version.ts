import { LambdaClient } from '@aws-sdk/client-lambda';
import { patientCalls } from '../../aws/clients.ts';
import { lambdaVersions } from '../../aws/lambda-versions.ts';
import { PublishVersionInput, publishVersion } from '../../operations/publish-version.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { systemClock } from '../../system.ts';
import { ledgerDatabase } from '../ledger-database.ts';
import { workflowTask } from '../workflow-task.ts';

const ports = {
  deployments: deploymentStore(ledgerDatabase(), systemClock),
  versions: lambdaVersions(new LambdaClient(patientCalls)),
  clock: systemClock,
};

export const handler = workflowTask(PublishVersionInput, (input) => publishVersion(ports, input));
