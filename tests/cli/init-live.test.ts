import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  LambdaClient,
  ListAliasesCommand,
  ListEventSourceMappingsCommand,
  ListFunctionUrlConfigsCommand,
  ListTagsCommand,
} from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { lambdaAdoptions } from '../../src/aws/lambda-adoption.ts';
import { lambdaCallers } from '../../src/aws/lambda-callers.ts';
import { init } from '../../src/cli/commands/init.ts';
import { readServiceFile } from '../../src/cli/files/service-file.ts';
import { sdkError } from '../aws/sdk-error.ts';
import { sentences } from './init-project.ts';

const lambda = mockClient(LambdaClient);
const cloudwatch = mockClient(CloudWatchClient);
afterAll(() => {
  lambda.restore();
  cloudwatch.restore();
});
const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:api';
const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:jobs';
const API = 'arn:aws:execute-api:eu-west-1:123456789012:abc';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-live-'));
  lambda.reset();
  cloudwatch.reset();
  lambda
    .on(GetFunctionConfigurationCommand, { FunctionName: 'api' })
    .resolves({ FunctionArn: ARN, CodeSha256: 'sha', Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 9 });
  lambda.on(ListTagsCommand, { Resource: ARN }).resolves({ Tags: {} });
  lambda.on(ListAliasesCommand, { FunctionName: 'api' }).resolves({ Aliases: [] });
  lambda.on(GetPolicyCommand).rejects(sdkError('ResourceNotFoundException', { status: 404 }));
  lambda.on(GetPolicyCommand, { FunctionName: 'api' }, true).resolves({ Policy: policy(`${API}/*/GET/`) });
  lambda.on(ListEventSourceMappingsCommand).resolves({ EventSourceMappings: [] });
  lambda
    .on(ListEventSourceMappingsCommand, { FunctionName: 'api' })
    .resolves({ EventSourceMappings: [{ UUID: 'u-1', EventSourceArn: QUEUE, FunctionArn: ARN, State: 'Enabled' }] });
  lambda.on(ListFunctionUrlConfigsCommand).resolves({ FunctionUrlConfigs: [] });
  cloudwatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [] });
  cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [] });
});
afterEach(() => rmSync(folder, { recursive: true }));

function policy(source: string): string {
  const Condition = { ArnLike: { 'AWS:SourceArn': source } };
  const Principal = { Service: 'apigateway.amazonaws.com' };
  return JSON.stringify({
    Statement: [{ Sid: 's', Effect: 'Allow', Action: 'lambda:InvokeFunction', Principal, Resource: ARN, Condition }],
  });
}

async function live(...options: string[]) {
  const clients = {
    lambda: new LambdaClient({ region: 'eu-west-1' }),
    cloudwatch: new CloudWatchClient({ region: 'eu-west-1' }),
  };
  const said: string[] = [];
  const callers = lambdaCallers(clients.lambda, {
    cloudwatch: clients.cloudwatch,
    clock: { now: () => 1_800_000_000_000 },
  });
  const desk = {
    print: (text: string) => void said.push(text),
    live: () => ({ adoptions: lambdaAdoptions(clients), callers }),
  };
  const code = await init(['--live', '--out', join(folder, 'slipway.yml'), ...options], desk);
  return { code, said: said.join('\n') };
}

test('a function in AWS is read and not changed, and each caller past the alias is named with the command', async () => {
  const { code, said } = await live('--function', 'api');
  expect(code).toBe(0);
  expect(readServiceFile(join(folder, 'slipway.yml')).target).toEqual({
    kind: 'lambda',
    function: 'api',
    alias: 'live',
  });
  expect(sentences(said, 'missing').join('\n')).toMatch(
    /no alias live[\s\S]*The API arn:aws:execute-api:eu-west-1:123456789012:abc calls past the alias[\s\S]*The queue \S+:jobs/,
  );
  expect(said).toMatch(/1. Run slipway adopt/);
  expect(said.replace(/\n */g, ' ')).toContain(
    'aws lambda update-event-source-mapping --uuid u-1 --function-name api:live',
  );
  const names = [...lambda.calls(), ...cloudwatch.calls()].map(({ args: [command] }) => command.constructor.name);
  expect(names.filter((name) => !/^(Get|List|Describe)/.test(name))).toEqual([]);
});

test('a function already under Slipway misses nothing, and an old permission on the function is not a call', async () => {
  lambda.on(ListAliasesCommand).resolves({ Aliases: [{ Name: 'live', FunctionVersion: '4' }] });
  lambda.on(ListTagsCommand).resolves({ Tags: { 'slipway:managed': 'true' } });
  lambda.on(GetPolicyCommand, { FunctionName: 'api', Qualifier: 'live' }).resolves({ Policy: policy(`${API}/*`) });
  lambda.on(ListEventSourceMappingsCommand).resolves({
    EventSourceMappings: [{ UUID: 'u-1', EventSourceArn: QUEUE, FunctionArn: `${ARN}:live`, State: 'Enabled' }],
  });
  const Dimensions = [
    { Name: 'FunctionName', Value: 'api' },
    { Name: 'Resource', Value: 'api:live' },
  ];
  const alarm = { AlarmName: 'api-5xx', Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions };
  cloudwatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [alarm] });
  const { code, said } = await live('--function', 'api', '--check');
  expect(sentences(said, 'missing')).toEqual([]);
  expect(code).toBe(0);
  expect(sentences(said, 'right').join('\n')).toMatch(/The alarm api-5xx watches api:live/);
});

test('a read that IAM refuses is reported, and the rest is read', async () => {
  lambda.on(GetPolicyCommand).rejects(sdkError('AccessDeniedException', { status: 403 }));
  const { code, said } = await live('--function', 'api');
  expect(code).toBe(0);
  expect(sentences(said, 'look').join('\n')).toMatch(
    /Could not read who may call api: .*your AWS credentials may do lambda:GetPolicy/,
  );
});

test('--live needs the name of a function, and refuses a file', async () => {
  await expect(live()).rejects.toThrow('Say which function: slipway init --live --function NAME');
  await expect(live('template.yaml', '--function', 'api')).rejects.toThrow(/--live reads AWS and no file/);
});
