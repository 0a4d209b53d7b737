/**
 * Collects what the product sends to AWS without the SDK. It is read where it arrives, and gets the form of an SDK
 * input.
 */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { dsqlPassword, secretPassword } from '../../src/aws/database-password.ts';
import { eksDoors } from '../../src/aws/eks-access.ts';
import { s3Artifacts } from '../../src/aws/s3-artifacts.ts';
import { stackAnswers } from '../../src/aws/stack-answers.ts';
import { migrateDatabase } from '../../src/operations/nets/migrate-database.ts';
import type { SdkInput } from './observed-commands.ts';

/** The files of src that send without the SDK. This file drives all of them. */
export const DRIVEN_SENDERS = [
  'src/aws/database-password.ts',
  'src/aws/eks-access.ts',
  'src/aws/s3-artifacts.ts',
  'src/aws/stack-answers.ts',
];

export interface SentRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The largest answer of a migration to CloudFormation: a long reason, in a script with three bytes per character. */
export async function stackAnswerInputs(): Promise<SdkInput[]> {
  const bodies: string[] = [];
  const send = async ({ body }: { readonly body: string }) => {
    bodies.push(body);
    return { status: 200, text: '' };
  };
  const answers = stackAnswers({ send });
  const order = {
    ResponseURL: 'https://cloudformation-custom-resource-response-euwest1.s3-eu-west-1.amazonaws.com/x',
    StackId: `arn:aws:cloudformation:eu-west-1:123456789012:stack/${'s'.repeat(128)}/${'0'.repeat(36)}`,
    RequestId: '0'.repeat(36),
    LogicalResourceId: 'L'.repeat(255),
    ResourceProperties: { RoleArns: [] },
  };
  const pause = { sleep: () => new Promise<void>(() => {}) };
  const failing = { prepare: () => Promise.reject(new Error('語'.repeat(5_000))) };
  await migrateDatabase({ tables: { prepare: async () => {} }, answers, pause }, { ...order, RequestType: 'Create' });
  await migrateDatabase({ tables: failing, answers, pause }, { ...order, RequestType: 'Update' });
  const madeAt = 'src/aws/stack-answers.ts';
  return bodies.map((body) => ({ service: 'cloudformation', operation: 'Answer', input: JSON.parse(body), madeAt }));
}

/** The request about the cluster with the longest name, and the token that is signed for the answer of EKS. */
export async function clusterQuestion(): Promise<{ readonly asked: SdkInput; readonly token: string }> {
  const urls: string[] = [];
  const server = createServer((request, response) => {
    urls.push(request.url ?? '');
    response.end(JSON.stringify({ cluster: { endpoint: 'https://x', certificateAuthority: { data: '' } } }));
  });
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const door = await eksDoors({ region: 'eu-west-1', endpoint })('c'.repeat(100));
    const input = { name: urls[0]?.replace('/clusters/', '') };
    return {
      asked: { service: 'eks', operation: 'DescribeCluster', input, madeAt: 'src/aws/eks-access.ts' },
      token: door?.token() ?? '',
    };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** The request for a secret, as Secrets Manager would get it. */
export async function secretRequest(secretArn: string): Promise<SentRequest> {
  const received: SentRequest[] = [];
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) });
    response.end(JSON.stringify({ SecretString: 'p' }));
  });
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  try {
    await secretPassword(secretArn, { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })();
  } finally {
    server.closeAllConnections();
    server.close();
  }
  const [request] = received;
  if (request === undefined) throw new Error('Nothing was sent to Secrets Manager.');
  return request;
}

export function secretInput({ headers, body }: SentRequest): SdkInput {
  const [service = '', operation = ''] = String(headers['x-amz-target']).split('.');
  return { service, operation, input: JSON.parse(body), madeAt: 'src/aws/database-password.ts' };
}

export interface Looked {
  readonly asked: SdkInput;
  readonly method: string;
  /** With its query, as it was sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** The look at a version of an object whose name has every kind of sign, in the bucket with the longest name. */
export async function objectQuestion(): Promise<Looked> {
  const looked: Omit<Looked, 'asked'>[] = [];
  const server = createServer(({ method = '', url = '', headers }, response) => {
    looked.push({ method, path: url, headers });
    response.end();
  });
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stored = { bucket: 'b'.repeat(63), key: "builds/shop/a b+c'(1)!*~&=@:,$;?#čé.zip", objectVersion: 'v+/=1' };
  try {
    const target = { kind: 'lambda', function: 'shop', alias: 'live' } as const;
    const problem = await s3Artifacts({ region: 'eu-west-1', endpoint }).findProblem(target, { s3: stored });
    if (problem !== null) throw new Error(problem);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  const [one] = looked;
  if (one === undefined) throw new Error('Nothing was sent to S3.');
  const { pathname, searchParams } = new URL(one.path, endpoint);
  const [bucket = '', ...key] = pathname.slice(1).split('/').map(decodeURIComponent);
  const input = { Bucket: bucket, Key: key.join('/'), VersionId: searchParams.get('versionId') };
  if (input.Key !== stored.key || input.VersionId !== stored.objectVersion)
    throw new Error(`S3 was asked about another object: ${JSON.stringify(input)}`);
  return { ...one, asked: { service: 's3', operation: 'HeadObject', input, madeAt: 'src/aws/s3-artifacts.ts' } };
}

/** The passwords of both roles of the database. */
export async function databaseTokens(hostname: string): Promise<{ readonly admin: string; readonly role: string }> {
  const [admin, role] = await Promise.all(
    ['admin', 'slipway'].map((username) => dsqlPassword({ hostname, username })()),
  );
  return { admin: admin ?? '', role: role ?? '' };
}
