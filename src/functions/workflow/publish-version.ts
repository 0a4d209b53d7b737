import { LambdaClient } from '@aws-sdk/client-lambda';
import { patientCalls } from '../../aws/clients.ts';
import { lambdaVersions } from '../../aws/lambda-versions.ts';
import { config } from '../../config.ts';
import { PublishVersionInput, publishVersion } from '../../operations/publish-version.ts';
import { deploymentStore } from '../../store/deployment-store.ts';
import { openDatabase } from '../../store/postgres.ts';
import { systemClock } from '../../system.ts';
import { workflowTask } from '../workflow-task.ts';

const ports = {
  deployments: deploymentStore(openDatabase(config.DATABASE_URL), systemClock),
  versions: lambdaVersions(new LambdaClient(patientCalls)),
  clock: systemClock,
};

export const handler = workflowTask(PublishVersionInput, (input) => publishVersion(ports, input));
