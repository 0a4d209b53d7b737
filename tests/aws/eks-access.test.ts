import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eksDoors, eksToken } from '../../src/aws/eks-access.ts';

const credentials = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'not/a+secret',
  AWS_SESSION_TOKEN: 'session/+=token',
};
const before = { ...process.env };
beforeAll(() => void Object.assign(process.env, credentials));
afterAll(() => {
  for (const name of Object.keys(credentials)) delete process.env[name];
  Object.assign(process.env, before);
});

const region = 'eu-west-1';
const order = { region, host: `sts.${region}.amazonaws.com`, cluster: 'production' };

test("a token is a URL of the caller's identity, signed for one cluster and one minute, as AWS describes it", () => {
  const token = eksToken(order);
  expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
  const url = new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString('utf8'));
  expect(url.host).toBe('sts.eu-west-1.amazonaws.com');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    Action: 'GetCallerIdentity',
    Version: '2011-06-15',
    'X-Amz-Expires': '60',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Security-Token': credentials.AWS_SESSION_TOKEN,
    'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
  });
  expect(url.searchParams.get('X-Amz-Signature')).toBe(signatureOf(url, { 'x-k8s-aws-id': 'production' }));
  expect(url.searchParams.get('X-Amz-Signature')).not.toBe(signatureOf(url, { 'x-k8s-aws-id': 'other' }));
});

/** Calculates the signature of a signed query, step by step as AWS describes it. */
function signatureOf(url: URL, headers: Readonly<Record<string, string>>): string {
  const query = url.search
    .slice(1)
    .split('&')
    .filter((pair) => !pair.startsWith('X-Amz-Signature='))
    .sort()
    .join('&');
  const all = Object.entries({ host: url.host, ...headers });
  const lines = all.map(([name, value]) => `${name}:${value}\n`).join('');
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const names = all.map(([name]) => name).join(';');
  const canonical = ['GET', '/', query, lines, names, hash('')].join('\n');
  const at = url.searchParams.get('X-Amz-Date') ?? '';
  const scope = `${at.slice(0, 8)}/${region}/sts/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', at, scope, hash(canonical)].join('\n');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = scope
    .split('/')
    .reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${credentials.AWS_SECRET_ACCESS_KEY}`);
  return hmac(key as Buffer, toSign).toString('hex');
}

describe('the connection data of a cluster', () => {
  let server: Server;
  let endpoint: string;
  let answer: { status: number; body: object };
  let received: IncomingMessage[];
  const found = (change: object = {}) => ({
    status: 200,
    body: {
      cluster: {
        name: 'production',
        endpoint: 'https://1234.gr7.eu-west-1.eks.amazonaws.com',
        certificateAuthority: { data: Buffer.from('a certificate').toString('base64') },
        resourcesVpcConfig: { endpointPublicAccess: true },
        ...change,
      },
    },
  });

  beforeEach(async () => {
    received = [];
    answer = found();
    server = createServer((request, response) => {
      received.push(request);
      response.writeHead(answer.status).end(JSON.stringify(answer.body));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => void server.close());

  test('the connection data is the address and the certificate authority, and is read once', async () => {
    const doorOf = eksDoors({ region, endpoint });
    const door = await doorOf('production');
    expect(door).toMatchObject({
      server: 'https://1234.gr7.eu-west-1.eks.amazonaws.com',
      authority: 'a certificate',
    });
    expect(door?.token()).toMatch(/^k8s-aws-v1\./);
    await doorOf('production');
    expect(received.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /clusters/production']);
    expect(received[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/eks\/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
  });

  test.each([
    ['is private', { resourcesVpcConfig: { endpointPublicAccess: false } }],
    ['is still being created', { endpoint: undefined, certificateAuthority: {} }],
    ['has no certificate yet', { certificateAuthority: undefined }],
  ])('the connection data is null where the API server %s, and is read again', async (_why, change) => {
    answer = found(change);
    const doorOf = eksDoors({ region, endpoint });
    expect(await doorOf('production')).toBeNull();
    answer = found();
    expect(await doorOf('production')).not.toBeNull();
  });

  test.each([
    [403, 'Broken', 'eks:DescribeCluster'],
    [404, 'NotFound', 'production'],
    [429, 'Transient', 'It may work in a moment'],
    [500, 'Transient', 'It may work in a moment'],
  ])('a read that fails with status %i is %s, and its message says what to do', async (status, name, message) => {
    answer = { status, body: { message: 'No cluster for you' } };
    await expect(eksDoors({ region, endpoint })('production')).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
  });

  test('a token for a cluster in China uses the domain of China', async () => {
    const door = await eksDoors({ region: 'cn-north-1', endpoint })('production');
    const address = Buffer.from(door?.token().slice('k8s-aws-v1.'.length) ?? '', 'base64url').toString('utf8');
    expect(address).toMatch(/^https:\/\/sts\.cn-north-1\.amazonaws\.com\.cn\/\?/);
  });

  test('a read that gets no answer is Transient', async () => {
    server.close();
    await expect(eksDoors({ region, endpoint: 'http://127.0.0.1:9' })('production')).rejects.toMatchObject({
      name: 'Transient',
    });
  });
});
