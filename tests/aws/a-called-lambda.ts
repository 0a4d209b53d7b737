/** Answers of AWS about the callers of one function, `checkout`, in the form that Lambda gives them. */
import {
  GetPolicyCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionUrlConfigsCommand,
} from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import type { TriggerOrder } from '../../src/twin/lambda/lambda-triggers.ts';
import { sdkError } from './sdk-error.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:checkout';
const HERE = 'eu-west-1:111122223333';

/** For each kind of caller: the principal that may call, and the ARN of the resource that makes the call. */
const CALLERS: Readonly<Record<string, readonly [string, (name: string) => string]>> = {
  api: ['apigateway.amazonaws.com', (name) => `arn:aws:execute-api:${HERE}:${name}/*/GET/items`],
  schedule: ['events.amazonaws.com', (name) => `arn:aws:events:${HERE}:rule/${name}`],
  bucket: ['s3.amazonaws.com', (name) => `arn:aws:s3:::${name}`],
  topic: ['sns.amazonaws.com', (name) => `arn:aws:sns:${HERE}:${name}`],
  loadBalancer: [
    'elasticloadbalancing.amazonaws.com',
    (name) => `arn:aws:elasticloadbalancing:${HERE}:targetgroup/${name}/6d0ecf831eec9f09`,
  ],
};

export function aCalledLambda() {
  const client = new LambdaClient({ region: 'eu-west-1' });
  const aws = mockClient(client);
  const triggers: TriggerOrder[] = [];
  const arnOf = ({ calledAs }: TriggerOrder) => (calledAs === undefined ? FUNCTION : `${FUNCTION}:${calledAs}`);
  const of = (qualifier: string | undefined) => triggers.filter(({ calledAs }) => calledAs === qualifier);
  const statementsFor = (qualifier: string | undefined) =>
    of(qualifier).flatMap((trigger): object[] => {
      const { kind, name } = trigger;
      if (kind === 'url') return [urlStatement(arnOf(trigger))];
      const [Service, arn] = CALLERS[kind] ?? [];
      if (Service === undefined || arn === undefined) return [];
      return [
        {
          Sid: `${kind}-${name}`,
          Effect: 'Allow',
          Principal: { Service },
          Action: 'lambda:InvokeFunction',
          Resource: arnOf(trigger),
          Condition: { ArnLike: { 'AWS:SourceArn': arn(name) } },
        },
      ];
    });
  aws.on(GetPolicyCommand).callsFake(({ FunctionName, Qualifier }) => {
    const statements = FunctionName === 'checkout' ? statementsFor(Qualifier) : [];
    if (statements.length === 0) throw sdkError('ResourceNotFoundException', { status: 404 });
    return { Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements }) };
  });
  aws.on(ListEventSourceMappingsCommand).callsFake(({ FunctionName }) => {
    const [name, qualifier] = FunctionName.split(':');
    const mappings = (name === 'checkout' ? of(qualifier) : []).filter(
      ({ kind }) => kind === 'queue' || kind === 'stream',
    );
    return {
      EventSourceMappings: mappings.map((trigger) => ({
        UUID: `uuid-${trigger.name}`,
        EventSourceArn:
          trigger.kind === 'queue'
            ? `arn:aws:sqs:${HERE}:${trigger.name}`
            : `arn:aws:kinesis:${HERE}:stream/${trigger.name}`,
        FunctionArn: arnOf(trigger),
        State: trigger.isOff ? 'Disabled' : 'Enabled',
      })),
    };
  });
  aws.on(ListFunctionUrlConfigsCommand).callsFake(({ FunctionName }) => {
    if (FunctionName !== 'checkout') throw sdkError('ResourceNotFoundException', { status: 404 });
    const urls = triggers.filter(({ kind }) => kind === 'url');
    return {
      FunctionUrlConfigs: urls.map((trigger) => ({
        FunctionUrl: `https://${trigger.name}.lambda-url.eu-west-1.on.aws/`,
        FunctionArn: arnOf(trigger),
        AuthType: 'NONE',
      })),
    };
  });
  return { aws, client, add: (trigger: TriggerOrder) => void triggers.push(trigger) };
}

/** The statement that the console adds for a public URL. */
function urlStatement(Resource: string) {
  return {
    Sid: 'FunctionURLAllowPublicAccess',
    Effect: 'Allow',
    Principal: '*',
    Action: 'lambda:InvokeFunctionUrl',
    Resource,
    Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
  };
}
