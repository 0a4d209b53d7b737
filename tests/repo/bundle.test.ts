import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundled } from './bundled.ts';
import { signatureOf } from './signature.ts';

/** The SDK in a bundle, without the parts that bundling/sdk.js leaves out, has to behave like the whole SDK. */
const CALLS = `
import { GetAliasCommand, GetProvisionedConcurrencyConfigCommand, LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, SFNClient, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { quickCalls } from './src/aws/clients.ts';
const once = { ...quickCalls, maxAttempts: 2 };
const hasty = { ...once, requestHandler: { ...quickCalls.requestHandler, requestTimeout: 150 } };
const alias = (FunctionName, settings = once) => () => new LambdaClient(settings).send(new GetAliasCommand({ FunctionName, Name: 'live' }));
const time = new Date('2026-01-05T10:00:00Z');
const calls = {
  alias: alias('found'),
  stale: () => new LambdaClient(once).send(new UpdateAliasCommand({ FunctionName: 'stale', Name: 'live', Description: 'nach „Köln“, 東京 und 🚀', RoutingConfig: { AdditionalVersionWeights: { 42: 0.1 } } })),
  busy: alias('busy'),
  recovered: alias('recovered', quickCalls),
  silent: alias('silent', hasty),
  missing: () => new LambdaClient(once).send(new GetProvisionedConcurrencyConfigCommand({ FunctionName: 'missing', Qualifier: 'live' })),
  token: () => new SFNClient(once).send(new SendTaskSuccessCommand({ taskToken: 't', output: '{}' })),
  execution: () => new SFNClient(once).send(new DescribeExecutionCommand({ executionArn: 'arn' })),
  topic: () => new SNSClient(once).send(new PublishBatchCommand({ TopicArn: 'arn', PublishBatchRequestEntries: [{ Id: '0', Message: 'm' }] })),
  alarms: () => new CloudWatchClient(once).send(new DescribeAlarmsCommand({ AlarmNames: ['a'] })),
  metrics: () => new CloudWatchClient(once).send(new GetMetricDataCommand({ StartTime: time, EndTime: time, MetricDataQueries: [] })),
  events: () => new EventBridgeClient(once).send(new PutEventsCommand({ Entries: [{ Time: time, Source: 'slipway', Detail: '{}' }] })),
  key: () => new KMSClient(once).send(new GetPublicKeyCommand({ KeyId: 'alias/none' })),
};
const outcomes = {};
for (const [name, call] of Object.entries(calls)) {
  try {
    const { $metadata: { attempts }, ...answer } = await call();
    outcomes[name] = attempts > 1 ? { ...answer, attempts } : answer;
  } catch (error) {
    outcomes[name] = { error: error.name, message: error.message, status: error.$metadata?.httpStatusCode, attempts: error.$metadata?.attempts };
  }
}
console.log(JSON.stringify(outcomes));
`;

const folder = mkdtempSync(join(tmpdir(), 'slipway-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Heard {
  readonly request: IncomingMessage;
  readonly body: string;
}
let outcomes: Record<string, unknown>;
let heard: Heard[];
beforeAll(async () => {
  const bundle = join(folder, 'calls.mjs');
  await bundled({ outfile: bundle, contents: CALLS });
  const aws = await startAws();
  const env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_SESSION_TOKEN: 'session',
  };
  const { stdout } = await promisify(execFile)(process.execPath, [bundle], { env });
  aws.close();
  outcomes = JSON.parse(stdout);
  heard = aws.heard;
});

test('a bundle recognises answers and errors of AWS by name, status and message', () => {
  expect(outcomes).toMatchObject({
    alias: { Name: 'live', RevisionId: 'r7', RoutingConfig: { AdditionalVersionWeights: { 42: 0.1 } } },
    stale: { error: 'PreconditionFailedException', message: 'stale revision', status: 412, attempts: 1 },
    missing: { error: 'ProvisionedConcurrencyConfigNotFoundException', message: 'none', status: 404, attempts: 1 },
    token: { error: 'TaskTimedOut', message: 'too late', status: 400, attempts: 1 },
    topic: { error: 'NotFoundException', message: 'no topic', status: 404, attempts: 1 },
    alarms: { error: 'AccessDeniedException', message: 'not you', status: 403, attempts: 1 },
    key: { error: 'NotFoundException', message: 'no key', status: 400, attempts: 1 },
    events: { error: 'ResourceNotFoundException', message: 'no bus', status: 400, attempts: 1 },
  });
});

test('a throttled call of a bundle is tried again after a pause, as often as the settings say', () => {
  expect(outcomes.busy).toMatchObject({ error: 'TooManyRequestsException', message: 'slow down', attempts: 2 });
  expect(outcomes.recovered).toMatchObject({ Name: 'live', attempts: 3 });
  const tries = heard.filter(({ request }) => request.url?.includes('/recovered/'));
  expect(tries.map(({ request }) => request.headers['amz-sdk-request'])).toEqual([
    'attempt=1; max=3',
    'attempt=2; max=3',
    'attempt=3; max=3',
  ]);
});

test('a bundle gives up a service that does not answer in time, and tries again', () => {
  expect(outcomes.silent).toMatchObject({ error: 'TimeoutError', attempts: 2 });
});

test('a bundle sends and reads times as times, and text that is not ASCII without a change', () => {
  const bodyOf = (text: string) => JSON.parse(heard.find(({ body }) => body.includes(text))?.body ?? '{}');
  expect(outcomes.execution).toMatchObject({ status: 'FAILED', startDate: '2026-01-05T10:00:00.500Z' });
  expect(outcomes.metrics).toMatchObject({ MetricDataResults: [{ Timestamps: ['2026-01-05T10:00:00.000Z'] }] });
  expect(bodyOf('StartTime')).toMatchObject({ StartTime: 1767607200 });
  expect(bodyOf('"Source"')).toMatchObject({ Entries: [{ Time: 1767607200 }] });
  expect(bodyOf('Köln')).toEqual({
    Description: 'nach „Köln“, 東京 und 🚀',
    RoutingConfig: { AdditionalVersionWeights: { 42: 0.1 } },
  });
});

test('every call of a bundle has a signature that AWS accepts, and names its caller', async () => {
  expect(heard.length).toBeGreaterThan(15);
  for (const { request, body } of heard) {
    expect(request.headers.authorization).toBe(await signatureOf({ request, body }));
    expect(request.headers['user-agent']).toMatch(/aws-sdk-js\/3\./);
    expect(request.headers['x-amz-security-token']).toBe('session');
  }
});

test('the environment may ask a bundle for addresses that comply with FIPS, as with the SDK', async () => {
  const bundle = join(folder, 'endpoints.mjs');
  const contents = `
    import { LambdaClient } from '@aws-sdk/client-lambda';
    const { endpointProvider, region, useFipsEndpoint } = new LambdaClient({}).config;
    console.log(endpointProvider({ Region: await region(), UseFIPS: await useFipsEndpoint(), UseDualStack: false }).url.href);`;
  await bundled({ outfile: bundle, contents });
  const addressWith = async (env: Record<string, string>) => {
    const { stdout } = await promisify(execFile)(process.execPath, [bundle], {
      env: { AWS_REGION: 'us-east-1', ...env },
    });
    return stdout.trim();
  };
  expect(await addressWith({})).toBe('https://lambda.us-east-1.amazonaws.com/');
  expect(await addressWith({ AWS_USE_FIPS_ENDPOINT: 'true' })).toBe('https://lambda-fips.us-east-1.amazonaws.com/');
});

async function startAws(): Promise<{ url: string; heard: Heard[]; close: () => void }> {
  const heard: Heard[] = [];
  let throttled = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      heard.push({ request, body });
      const target = String(request.headers['x-amz-target'] ?? '');
      const key = request.url?.includes('/functions/') ? request.url.split('/')[3] : target;
      if (key === 'silent') return;
      const answer = key === 'recovered' && ++throttled > 2 ? ANSWERS.found : ANSWERS[key ?? ''];
      const [status, headers, text] = answer ?? ANSWERS.topic ?? [500, {}, ''];
      response.writeHead(status, headers).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard, close };
}

type Answer = [number, Record<string, string>, string];
const json = (type: string) => ({ 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type });
const slowDown: Answer = [
  429,
  json('TooManyRequestsException'),
  '{"message":"slow down","Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}',
];
const ANSWERS: Record<string, Answer> = {
  found: [
    200,
    { 'content-type': 'application/json' },
    '{"Name":"live","RevisionId":"r7","RoutingConfig":{"AdditionalVersionWeights":{"42":0.1}}}',
  ],
  stale: [412, json('PreconditionFailedException'), '{"Message":"stale revision"}'],
  missing: [404, json('ProvisionedConcurrencyConfigNotFoundException'), '{"Message":"none"}'],
  busy: slowDown,
  recovered: slowDown,
  'AWSStepFunctions.SendTaskSuccess': [
    400,
    {},
    '{"__type":"com.amazonaws.swf.service.v2.model#TaskTimedOut","message":"too late"}',
  ],
  'AWSStepFunctions.DescribeExecution': [200, {}, '{"status":"FAILED","startDate":1767607200.5}'],
  'AWSEvents.PutEvents': [400, {}, '{"__type":"ResourceNotFoundException","message":"no bus"}'],
  'GraniteServiceVersion20100801.DescribeAlarms': [403, {}, '{"__type":"AccessDeniedException","message":"not you"}'],
  'GraniteServiceVersion20100801.GetMetricData': [
    200,
    {},
    '{"MetricDataResults":[{"Id":"a","Timestamps":[1767607200],"Values":[1.5]}]}',
  ],
  'TrentService.GetPublicKey': [400, {}, '{"__type":"NotFoundException","message":"no key"}'],
  topic: [
    404,
    { 'content-type': 'text/xml' },
    '<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>no topic</Message></Error></ErrorResponse>',
  ],
};
