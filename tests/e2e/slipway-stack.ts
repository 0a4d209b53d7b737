/**
 * The installed stack as its users meet it. What the stack's own files may call otherwise one day stands here and nowhere
 * else in these tests: parameters, names of topics and functions, how a caller proves who it is.
 */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetApiCommand } from '@aws-sdk/client-apigatewayv2';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { type SlipwayClient, slipwayClient } from '../../src/api/client.ts';
import type { Account } from './account.ts';
import type { EmulatorDoes } from './limits.ts';
import { type Change, ROOT, withProjectCopy } from './project-copy.ts';
import { WITHOUT_REFUSED_ALARMS } from './refused-alarms.ts';
import { type ServerlessRun, serverless } from './serverless.ts';

/** The tests' own; see start-emulator.ts. */
export const DATABASE_URL = process.env.SLIPWAY_TEST_DATABASE ?? '';
export const STAGE = 'e2e';
const STACK = `slipway-${STAGE}`;
const SECRET = 'ledger-password';

const run = promisify(execFile);

/** A database of the user's own: the emulator has no Aurora DSQL that runs without containers. */
export interface Settings {
  readonly databaseUrl: string;
  readonly databaseSecretArn: string;
}

/** The password where it belongs. Serverless refuses an address with one in it. */
export async function settleDatabase({ secrets }: Account): Promise<Settings> {
  const address = new URL(DATABASE_URL);
  const SecretString = decodeURIComponent(address.password) || 'the server asks for none';
  const { ARN = '' } = await secrets.send(new CreateSecretCommand({ Name: SECRET, SecretString }));
  address.password = '';
  return { databaseUrl: address.href, databaseSecretArn: ARN };
}

export async function removeSecret({ secrets }: Account): Promise<void> {
  await secrets.send(new DeleteSecretCommand({ SecretId: SECRET, ForceDeleteWithoutRecovery: true }));
}

export interface SlipwayStack {
  readonly apiUrl: string;
  /** Ada, who may do everything. */
  readonly client: SlipwayClient;
  /** Grace, who approves what others deploy. */
  readonly approver: SlipwayClient;
  /** Alan, who looks on. */
  readonly viewer: SlipwayClient;
  readonly artifactBucket: string;
  readonly deploymentsTopicArn: string;
  readonly incidentsTopicArn: string;
  readonly eventBusName: string;
}

export interface Deploying {
  readonly settings: Settings;
  readonly does: EmulatorDoes;
  readonly changes?: readonly Change[];
}

/** From the project itself, unless the emulator refuses a part of it or something is to be otherwise. */
export async function deployStack({ settings, does, changes = [] }: Deploying): Promise<ServerlessRun> {
  const from = (folder: string) => serverless({ command: 'deploy', stage: STAGE, folder, params: { ...settings } });
  if (does.makeAlarmsOnExpressions) return changes.length === 0 ? from(ROOT) : withProjectCopy(changes, from);
  return withProjectCopy([...changes, WITHOUT_REFUSED_ALARMS], from);
}

export function removeStack(settings: Settings): Promise<ServerlessRun> {
  return serverless({ command: 'remove', stage: STAGE, folder: ROOT, params: { ...settings } });
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
    artifactBucket: output('ArtifactBucketName'),
    deploymentsTopicArn: output('DeploymentsTopicArn'),
    incidentsTopicArn: output('IncidentsTopicArn'),
    eventBusName: output('EventBusName'),
  };
}

/** Under the emulator's own address: no name server knows its APIs. */
export async function addressOf({ apiGateway }: Account, apiId: string): Promise<string> {
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

export async function clientFor(apiUrl: string, caller: Caller): Promise<SlipwayClient> {
  return slipwayClient({ baseUrl: apiUrl, token: await tokenFor(caller), fetch: countingFetch });
}

/** A token that an operator makes with the command line, signed by the key of the stack in KMS. */
export async function tokenFor({ role, subject }: Caller): Promise<string> {
  const what = ['--role', role, '--service', '*', '--subject', subject, '--stage', STAGE];
  const args = [join(ROOT, 'src/cli/main.ts'), 'token', 'create', ...what];
  const { stdout } = await run(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } });
  return stdout.trim();
}
