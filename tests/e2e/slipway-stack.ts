/**
 * The installed stack as its users meet it. What the stack's own files may call otherwise one day stands here and nowhere
 * else in these tests: parameters, names of topics and functions, how a caller proves who it is.
 */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetApiCommand } from '@aws-sdk/client-apigatewayv2';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { type SlipwayClient, slipwayClient } from '../../src/api/client.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openDatabase } from '../../src/store/postgres.ts';
import type { Account } from './account.ts';
import type { EmulatorDoes } from './limits.ts';
import { type Change, ROOT, withProjectCopy } from './project-copy.ts';
import { WITHOUT_REFUSED_ALARMS } from './refused-alarms.ts';
import { type ServerlessRun, serverless } from './serverless.ts';

/** The tests' own; see start-emulator.ts. */
export const DATABASE_URL = process.env.SLIPWAY_TEST_DATABASE ?? '';
export const STAGE = 'e2e';
const STACK = `slipway-${STAGE}`;
/** serverless.yml's own default: the bucket is the user's, and is there before. */
export const ARTIFACT_BUCKET = `slipway-artifacts-${STAGE}`;

const run = promisify(execFile);

/** What the emulator needs to be told, and no more: it has no Aurora DSQL that runs without containers. */
const params = { databaseUrl: DATABASE_URL };

export interface SlipwayStack {
  readonly apiUrl: string;
  /** Ada, who may do everything. */
  readonly client: SlipwayClient;
  /** Grace, who approves what others deploy. */
  readonly approver: SlipwayClient;
  /** Alan, who looks on. */
  readonly viewer: SlipwayClient;
  readonly noticesTopicArn: string;
  readonly eventBusName: string;
}

/** From the project itself, unless the emulator refuses a part of it or something is to be otherwise. */
export async function deployStack(does: EmulatorDoes, changes: readonly Change[] = []): Promise<ServerlessRun> {
  const from = (folder: string) => serverless({ command: 'deploy', stage: STAGE, folder, params });
  if (does.makeAlarmsOnExpressions) return changes.length === 0 ? from(ROOT) : withProjectCopy(changes, from);
  return withProjectCopy([...changes, WITHOUT_REFUSED_ALARMS], from);
}

export function removeStack(): Promise<ServerlessRun> {
  return serverless({ command: 'remove', stage: STAGE, folder: ROOT, params });
}

/** Name of the function, or of the state machine, with this key in serverless.yml. */
export function nameOf(key: string): string {
  return `${STACK}-${key}`;
}

export function executionArn(deploymentId: string): string {
  return `arn:aws:states:${process.env.AWS_REGION}:000000000000:execution:${nameOf('rollout')}:${deploymentId}`;
}

export async function readStack(account: Account): Promise<SlipwayStack> {
  const { Stacks = [] } = await account.cloudFormation.send(new DescribeStacksCommand({ StackName: STACK }));
  const outputs = new Map(Stacks[0]?.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  const output = (name: string) => {
    const value = outputs.get(name);
    if (value === undefined)
      throw new Error(`The stack ${STACK} has no output ${name}. It has: ${[...outputs.keys()]}`);
    return value;
  };
  const apiUrl = await addressOf(account, output('HttpApiId'));
  return {
    apiUrl,
    client: await clientFor(apiUrl, { role: 'admin', subject: 'ada@acme' }),
    approver: await clientFor(apiUrl, { role: 'approver', subject: 'grace@acme' }),
    viewer: await clientFor(apiUrl, { role: 'viewer', subject: 'alan@acme' }),
    noticesTopicArn: output('NoticesTopicArn'),
    eventBusName: output('EventBusName'),
  };
}

/** Until the deployment brings the tables itself, whoever installs Slipway does. */
export async function bringTables(): Promise<void> {
  const database = openDatabase(DATABASE_URL);
  await migrate(database);
  await database.close();
}

/** Under the emulator's own address: no name server knows its APIs. */
async function addressOf({ apiGateway }: Account, apiId: string): Promise<string> {
  const { ApiEndpoint = '' } = await apiGateway.send(new GetApiCommand({ ApiId: apiId }));
  return /^https:.*\.amazonaws\.com(\.cn)?$/.test(ApiEndpoint)
    ? ApiEndpoint
    : `${process.env.AWS_ENDPOINT_URL}/_aws/execute-api/${apiId}/$default`;
}

let requestCount = 0;

/** How many requests went to Slipway's API so far. */
export function requests(): number {
  return requestCount;
}

const countingFetch: typeof fetch = (input, init) => {
  requestCount += 1;
  return fetch(input, init);
};

export interface Caller {
  readonly role: 'viewer' | 'deployer' | 'approver' | 'admin';
  readonly subject: string;
}

/** A client with a token that an operator makes with the command line, signed by the key of the stack in KMS. */
export async function clientFor(apiUrl: string, { role, subject }: Caller): Promise<SlipwayClient> {
  const what = ['--role', role, '--service', '*', '--subject', subject, '--stage', STAGE];
  const args = [join(ROOT, 'src/cli/main.ts'), 'token', 'create', ...what];
  const { stdout } = await run(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } });
  return slipwayClient({ baseUrl: apiUrl, token: stdout.trim(), fetch: countingFetch });
}
