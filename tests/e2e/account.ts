/**
 * The account at AWS_ENDPOINT_URL, through the AWS SDK alone. Every client takes address and keys from the environment.
 */
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';

export type Account = ReturnType<typeof openAccount>;

export function openAccount() {
  const clients = {
    apiGateway: new ApiGatewayV2Client(),
    cloudFormation: new CloudFormationClient(),
    cloudWatch: new CloudWatchClient(),
    events: new EventBridgeClient(),
    iam: new IAMClient(),
    lambda: new LambdaClient(),
    logs: new CloudWatchLogsClient(),
    // An emulator has no host name for each bucket.
    s3: new S3Client({ forcePathStyle: true }),
    secrets: new SecretsManagerClient(),
    sns: new SNSClient(),
    sqs: new SQSClient(),
    steps: new SFNClient(),
    sts: new STSClient(),
  };
  let calls = 0;
  for (const { middlewareStack } of Object.values(clients)) {
    const count = (next: (args: never) => unknown) => (args: never) => {
      calls += 1;
      return next(args);
    };
    (middlewareStack as unknown as CallCounting).add(count, { step: 'initialize', name: 'countCalls' });
  }
  return {
    ...clients,
    /** The number of calls to AWS so far. */
    calls: () => calls,
    close: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

/** The part of the middleware that all clients share. Their own types differ in the commands. */
interface CallCounting {
  add(middleware: (next: (args: never) => unknown) => unknown, options: { step: 'initialize'; name: string }): void;
}
