import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DsqlSigner } from '@aws-sdk/dsql-signer';
import { jest } from '@jest/globals';
import { dsqlPassword, secretPassword } from '../../src/aws/database-password.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not/a+secret', sessionToken: 'session/+=token' };
const before = { ...process.env };
beforeAll(() => {
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  });
});
afterAll(() => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) delete process.env[name];
  Object.assign(process.env, before);
});
afterEach(() => {
  jest.useRealTimers();
});

const hostname = 'abcdefghijklmnopqrstuvwxyz.dsql.eu-central-1.on.aws';
const parts = (token: string) => {
  const url = new URL(`https://${token}`);
  return { host: url.host, path: url.pathname, query: Object.fromEntries(url.searchParams) };
};

test.each([
  ['slipway', (signer: DsqlSigner) => signer.getDbConnectAuthToken()],
  ['admin', (signer: DsqlSigner) => signer.getDbConnectAdminAuthToken()],
])("the password of %s on Aurora DSQL is the one that AWS's own signer makes", async (username, expected) => {
  jest.useFakeTimers({ now: Date.UTC(2026, 0, 2, 3, 4, 5), doNotFake: ['nextTick', 'setImmediate'] });
  const signer = new DsqlSigner({ hostname, region: 'eu-central-1', credentials });
  const [token, theirs] = [await dsqlPassword({ hostname, username })(), await expected(signer)];
  // The SDK puts its own name into the query, so it is a part of the signature.
  expect(parts(token).query['X-Amz-Signature']).toMatch(/^[0-9a-f]{64}$/);
  expect(parts(token)).toEqual(parts(theirs));
});

test('each connection has a password for its own time', async () => {
  const password = dsqlPassword({ hostname, username: 'slipway' });
  jest.useFakeTimers({ now: Date.UTC(2026, 0, 2), doNotFake: ['nextTick', 'setImmediate'] });
  const first = await password();
  jest.setSystemTime(Date.UTC(2026, 0, 3));
  expect(parts(await password()).query['X-Amz-Date']).not.toBe(parts(first).query['X-Amz-Date']);
});

describe('a password in a secret', () => {
  const secretArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:slipway-abc';
  let server: Server;
  let endpoint: string;
  let answer: { status: number; body: unknown };
  let received: { request: IncomingMessage; body: string }[];

  beforeEach(async () => {
    received = [];
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      received.push({ request, body });
      if (answer.status > 0) response.writeHead(answer.status).end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const secretIs = (SecretString: string) => {
    answer = { status: 200, body: { Name: 'slipway', SecretString } };
  };

  test.each([
    ['the password alone', 'p4ss w"rd'],
    ['JSON as RDS makes it', JSON.stringify({ username: 'slipway', password: 'p4ss w"rd' })],
  ])('the password is read from %s', async (_form, secret) => {
    secretIs(secret);
    expect(await secretPassword(secretArn, { endpoint })()).toBe('p4ss w"rd');
  });

  test('a password of digits stays text', async () => {
    secretIs('12345');
    expect(await secretPassword(secretArn, { endpoint })()).toBe('12345');
  });

  test('the call for the secret is signed with the role of the function', async () => {
    secretIs('a');
    await secretPassword(secretArn, { endpoint })();
    const [{ request, body } = { request: {} as IncomingMessage, body: '' }] = received;
    expect(JSON.parse(body)).toEqual({ SecretId: secretArn });
    expect(request.headers).toMatchObject({
      'x-amz-target': 'secretsmanager.GetSecretValue',
      'x-amz-security-token': credentials.sessionToken,
      authorization: signatureOf(request, body),
    });
  });

  test('the password is read again after a minute, so that a rotated one is used', async () => {
    let elapsed = 1_000;
    const password = secretPassword(secretArn, { endpoint, elapsedMs: () => elapsed });
    secretIs('old');
    await password();
    secretIs('new');
    elapsed += 59_999;
    expect(await password()).toBe('old');
    elapsed += 1;
    expect(await password()).toBe('new');
    expect(received).toHaveLength(2);
  });

  test.each([
    [400, 'AccessDeniedException', 'Broken', /secretsmanager:GetSecretValue/],
    [400, 'ResourceNotFoundException', 'NotFound', /Check the name/],
    [400, 'ThrottlingException', 'Transient', /slow/],
    [500, 'InternalServiceError', 'Transient', /moment/],
  ])('when AWS answers %d %s, the error is %s', async (status, type, name, message) => {
    answer = { status, body: { __type: `com.amazon#${type}`, message: 'slow or not' } };
    await expect(secretPassword(secretArn, { endpoint })()).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });

  test.each([[{ username: 'slipway' }], [{ password: '' }], [{ password: 7 }], [[1]]])(
    '%j holds no password, and the error says what to do without showing the secret',
    async (document) => {
      secretIs(JSON.stringify(document));
      const error: Error = (await secretPassword(secretArn, { endpoint })().catch((thrown: Error) => thrown)) as Error;
      expect(error).toMatchObject({ name: 'Broken', message: expect.stringContaining('without a field "password"') });
      expect(error.message).not.toContain('slipway"');
    },
  );

  test('a secret of bytes, or an invalid answer, is Broken', async () => {
    answer = { status: 200, body: { SecretBinary: 'AAAA' } };
    await expect(secretPassword(secretArn, { endpoint })()).rejects.toMatchObject({ name: 'Broken' });
  });

  test('a failed read is not kept, and the next connection reads again', async () => {
    const password = secretPassword(secretArn, { endpoint });
    answer = { status: 500, body: {} };
    await expect(password()).rejects.toMatchObject({ name: 'Transient' });
    secretIs('a');
    expect(await password()).toBe('a');
  });

  test('a read that gets no answer is given up before the time of the connection is over', async () => {
    answer = { status: 0, body: null };
    await expect(secretPassword(secretArn, { endpoint })()).rejects.toMatchObject({ name: 'Transient' });
  });
});

/** Calculates signature version 4 again from what the server received. */
function signatureOf({ headers, method, url }: IncomingMessage, body: string): string {
  const [, scope = '', names = ''] =
    /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const [day = '', region = '', service = '', end = ''] = scope.split('/');
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const signed = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, url, '', signed.join(''), names, hash(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(canonical)].join('\n');
  const key = [region, service, end].reduce(hmac, hmac(`AWS4${credentials.secretAccessKey}`, day));
  const signature = hmac(key, text).toString('hex');
  expect([region, service]).toEqual(['eu-west-1', 'secretsmanager']);
  return `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
}
