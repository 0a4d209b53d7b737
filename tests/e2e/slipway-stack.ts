/**
 * The installed stack as its users meet it. What the stack's own files may call otherwise one day stands here and nowhere
 * else in these tests: parameters, names of topics and functions, how a caller proves who it is.
 */

import { createHash, createHmac } from 'node:crypto';
import { GetApiCommand } from '@aws-sdk/client-apigatewayv2';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SignatureV4 } from '@smithy/signature-v4';
import { type SlipwayClient, slipwayClient } from '../../src/api/client.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openDatabase } from '../../src/store/postgres.ts';
import type { Account } from './account.ts';
import { type ServerlessRun, serverless } from './serverless.ts';

/** The tests' own; see start-emulator.ts. */
export const DATABASE_URL = process.env.SLIPWAY_TEST_DATABASE ?? '';
export const STAGE = 'e2e';
const STACK = `slipway-${STAGE}`;
/** serverless.yml's own default: the bucket is the user's, and is there before. */
export const ARTIFACT_BUCKET = `slipway-artifacts-${STAGE}`;

export const ROOT = new URL('../../', import.meta.url).pathname;

/** What the emulator needs to be told, and no more: it has no Aurora DSQL that runs without containers. */
const params = { databaseUrl: DATABASE_URL };

export interface SlipwayStack {
  readonly apiUrl: string;
  /** A caller who may. */
  readonly client: SlipwayClient;
  readonly noticesTopicArn: string;
  readonly eventBusName: string;
}

export function deployStack(folder = ROOT): Promise<ServerlessRun> {
  return serverless({ command: 'deploy', stage: STAGE, folder, params });
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
    client: slipwayClient({ baseUrl: apiUrl, fetch: signedFetch }),
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

/** Under the emulator's own address: nothing here resolves names below localhost. */
async function addressOf({ apiGateway }: Account, apiId: string): Promise<string> {
  const { ApiEndpoint = '' } = await apiGateway.send(new GetApiCommand({ ApiId: apiId }));
  const { hostname } = new URL(ApiEndpoint);
  return hostname.endsWith('localhost')
    ? `${process.env.AWS_ENDPOINT_URL}/_aws/execute-api/${apiId}/$default`
    : ApiEndpoint;
}

let requestCount = 0;

/** How many requests went to Slipway's API so far. */
export function requests(): number {
  return requestCount;
}

/** fetch by an identity of the account, as the routes want it. */
const signedFetch: typeof fetch = async (input, init = {}) => {
  requestCount += 1;
  const { protocol, hostname, port, host, pathname, searchParams } = new URL(String(input));
  const body = typeof init.body === 'string' ? init.body : undefined;
  const headers = { ...Object.fromEntries(new Headers(init.headers)), host };
  const query = Object.fromEntries(searchParams);
  const address = { protocol, hostname, port: Number(port), path: pathname, query };
  const signed = await signer().sign({ ...address, method: init.method ?? 'GET', headers, body });
  return fetch(input, { ...init, headers: signed.headers });
};

function signer(): SignatureV4 {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_REGION = '' } = process.env;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  return new SignatureV4({ service: 'execute-api', region: AWS_REGION, credentials, sha256: Sha256 });
}

class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('A digest is taken once.');
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
