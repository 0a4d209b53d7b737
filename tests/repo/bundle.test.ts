import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundled } from './bundled.ts';

/** The SDK as it is in the bundles, esbuild.config.js having taken parts of it out: does it still say what went wrong? */
const CALLS = `
import { GetAliasCommand, LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { SFNClient, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
const settings = { maxAttempts: 2 };
const calls = {
  alias: () => new LambdaClient(settings).send(new GetAliasCommand({ FunctionName: 'found', Name: 'live' })),
  stale: () => new LambdaClient(settings).send(new UpdateAliasCommand({ FunctionName: 'stale', Name: 'live' })),
  busy: () => new LambdaClient(settings).send(new UpdateAliasCommand({ FunctionName: 'busy', Name: 'live' })),
  token: () => new SFNClient(settings).send(new SendTaskSuccessCommand({ taskToken: 't', output: '{}' })),
  topic: () => new SNSClient(settings).send(new PublishBatchCommand({ TopicArn: 'arn', PublishBatchRequestEntries: [{ Id: '0', Message: 'm' }] })),
  alarms: () => new CloudWatchClient(settings).send(new DescribeAlarmsCommand({ AlarmNames: ['a'] })),
  key: () => new KMSClient(settings).send(new GetPublicKeyCommand({ KeyId: 'alias/none' })),
  events: () => new EventBridgeClient(settings).send(new PutEventsCommand({ Entries: [] })),
};
const outcomes = {};
for (const [name, call] of Object.entries(calls)) {
  try {
    const { $metadata, ...answer } = await call();
    outcomes[name] = answer;
  } catch (error) {
    outcomes[name] = { error: error.name, message: error.message, status: error.$metadata?.httpStatusCode, attempts: error.$metadata?.attempts };
  }
}
console.log(JSON.stringify(outcomes));
`;

const folder = mkdtempSync(join(tmpdir(), 'slipway-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a bundle takes answers and errors of AWS for what they are, by name, status and message', async () => {
  const bundle = join(folder, 'calls.mjs');
  await bundled({ outfile: bundle, contents: CALLS });
  const { url, close } = await startAws();
  const { stdout } = await promisify(execFile)(process.execPath, [bundle], {
    env: { AWS_ENDPOINT_URL: url, AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' },
  });
  close();

  expect(JSON.parse(stdout)).toEqual({
    alias: { Name: 'live', RevisionId: 'r7', RoutingConfig: { AdditionalVersionWeights: { 42: 0.1 } } },
    stale: { error: 'PreconditionFailedException', message: 'stale revision', status: 412, attempts: 1 },
    busy: { error: 'TooManyRequestsException', message: 'slow down', status: 429, attempts: 2 },
    token: { error: 'TaskTimedOut', message: 'too late', status: 400, attempts: 1 },
    topic: { error: 'NotFoundException', message: 'no topic', status: 404, attempts: 1 },
    alarms: { error: 'AccessDeniedException', message: 'not you', status: 403, attempts: 1 },
    key: { error: 'NotFoundException', message: 'no key', status: 400, attempts: 1 },
    events: { error: 'ResourceNotFoundException', message: 'no bus', status: 400, attempts: 1 },
  });
}, 30_000);

async function startAws(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const target = String(request.headers['x-amz-target'] ?? '');
      const key = request.url?.includes('/functions/') ? request.url.split('/')[3] : target.split('.')[0];
      const [status, headers, body] = ANSWERS[key ?? ''] ?? ANSWERS.topic ?? [500, {}, ''];
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}

const json = (type: string) => ({ 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type });
const ANSWERS: Record<string, [number, Record<string, string>, string]> = {
  found: [
    200,
    { 'content-type': 'application/json' },
    '{"Name":"live","RevisionId":"r7","RoutingConfig":{"AdditionalVersionWeights":{"42":0.1}}}',
  ],
  stale: [412, json('PreconditionFailedException'), '{"Message":"stale revision"}'],
  busy: [
    429,
    json('TooManyRequestsException'),
    '{"message":"slow down","Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}',
  ],
  AWSStepFunctions: [400, {}, '{"__type":"com.amazonaws.swf.service.v2.model#TaskTimedOut","message":"too late"}'],
  TrentService: [400, {}, '{"__type":"NotFoundException","message":"no key"}'],
  AWSEvents: [400, {}, '{"__type":"ResourceNotFoundException","message":"no bus"}'],
  GraniteServiceVersion20100801: [403, {}, '{"__type":"AccessDeniedException","message":"not you"}'],
  topic: [
    404,
    { 'content-type': 'text/xml' },
    '<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>no topic</Message></Error></ErrorResponse>',
  ],
};
