/**
 * The installed stack as its users meet it. Names that the stack's own files may change are only in this file:
 * parameters, names of topics and functions, and how a caller identifies itself.
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

/** The database of the tests; see start-emulator.ts. */
export const DATABASE_URL = process.env.SLIPWAY_TEST_DATABASE ?? '';
export const STAGE = 'e2e';
const STACK = `slipway-${STAGE}`;
const SECRET = 'ledger-password';

const run = promisify(execFile);

/** An own database of the user: the emulator has no Aurora DSQL that runs without containers. */
export interface Settings {
  readonly databaseUrl: string;
  readonly databaseSecretArn: string;
}

/** Stores the password in a secret. Serverless refuses an address that contains a password. */
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
  /** The client of Ada, who has the role admin. */
  readonly client: SlipwayClient;
  /** The client of Grace, who approves deployments of others. */
  readonly approver: SlipwayClient;
  /** The client of Alan, who may only read. */
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

/** Deploys the project itself, unless the emulator refuses a part of it or the test wants a change. */
export async function deployStack({ settings, does, changes = [] }: Deploying): Promise<ServerlessRun> {
  const from = (folder: string) => serverless({ command: 'deploy', stage: STAGE, folder, params: { ...settings } });
  if (does.makeAlarmsOnExpressions) return changes.length === 0 ? from(ROOT) : withProjectCopy(changes, from);
  return withProjectCopy([...changes, WITHOUT_REFUSED_ALARMS], from);
}

export function removeStack(settings: Settings): Promise<ServerlessRun> {
  return serverless({ command: 'remove', stage: STAGE, folder: ROOT, params: { ...settings } });
}

/** The name of the function or state machine with this key in serverless.yml. */
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

/** The address is under the emulator's own host, because no name server knows its APIs. */
export async function addressOf({ apiGateway }: Account, apiId: string): Promise<string> {
  const { ApiEndpoint = '' } = await apiGateway.send(new GetApiCommand({ ApiId: apiId }));
  return /^https:.*\.amazonaws\.com(\.cn)?$/.test(ApiEndpoint)
    ? ApiEndpoint
    : `${process.env.AWS_ENDPOINT_URL}/_aws/execute-api/${apiId}/$default`;
}

let requestCount = 0;

/** The number of requests to Slipway's API so far. */
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

/** A token that an operator makes with the command line. The key of the stack in KMS signs it. */
export async function tokenFor({ role, subject }: Caller): Promise<string> {
  const what = ['--role', role, '--service', '*', '--subject', subject, '--stage', STAGE];
  const args = [join(ROOT, 'src/cli/main.ts'), 'token', 'create', ...what];
  const { stdout } = await run(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } });
  return stdout.trim();
}
