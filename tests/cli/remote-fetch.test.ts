import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { slipwayClient } from '../../src/api/client.ts';
import { remoteFetch } from '../../src/cli/remote/remote-fetch.ts';
import { claimsOf, jobToken, noToken, signedToken } from '../../src/cli/remote/token-sources.ts';
import { slipway } from './remote-scene.ts';

type Answer = { readonly status: number; readonly headers?: Record<string, string> } | 'lost';

/** A Slipway that gives these answers in turn, and then an empty list. */
function scene(answers: readonly Answer[]) {
  const sent: { method: string; key: string | null; token: string | null }[] = [];
  const waited: number[] = [];
  const left = [...answers];
  const fetchNow = async (_address: unknown, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    sent.push({
      method: init.method ?? 'GET',
      key: headers.get('idempotency-key'),
      token: headers.get('authorization'),
    });
    const next = left.shift();
    if (next === 'lost') throw new TypeError('fetch failed');
    const { status = 200, headers: more = {} } = next ?? {};
    return new Response('{"items": []}', { status, headers: { 'content-type': 'application/json', ...more } });
  };
  let ids = 0;
  const order = {
    url: 'http://slipway.example',
    token: noToken,
    ids: { next: (stem: string) => `${stem}-${++ids}` },
    pause: { sleep: async (ms: number) => void waited.push(ms) },
    fetch: fetchNow as typeof fetch,
  };
  const client = slipwayClient({ baseUrl: order.url, fetch: remoteFetch(order) });
  return { client, order, sent, waited };
}

const ROLLBACK = { service: 'checkout', reason: 'errors' };

test('a POST whose answer is lost is sent again under the same key, and the next POST has another key', async () => {
  const { client, sent } = scene(['lost', { status: 503 }]);
  await client.startRollback(ROLLBACK);
  await client.startRollback(ROLLBACK);
  expect(sent.map(({ key }) => key)).toEqual(['cli-1', 'cli-1', 'cli-1', 'cli-2']);
});

test('a GET needs no key, and waits as long as the server asks', async () => {
  const { client, sent, waited } = scene([{ status: 429, headers: { 'retry-after': '3' } }]);
  await client.listServices();
  expect(sent).toHaveLength(2);
  expect(sent.map(({ key }) => key)).toEqual([null, null]);
  expect(waited).toEqual([3_000]);
});

test('a server that stays away is reported after some tries', async () => {
  const { client, sent } = scene(Array.from({ length: 9 }, () => 'lost' as const));
  await expect(client.listServices()).rejects.toMatchObject({ name: 'Transient' });
  expect(sent).toHaveLength(5);
});

test.each([{ status: 400 }, { status: 403 }, { status: 409 }, { status: 500 }])(
  'a refusal of $status is not repeated',
  async (answer) => {
    const { client, sent } = scene([answer]);
    await expect(client.startRollback(ROLLBACK)).rejects.toMatchObject({ details: { status: answer.status } });
    expect(sent).toHaveLength(1);
  },
);

test('a DELETE is not repeated: the service that the first one removed would not be found', async () => {
  const { client, sent } = scene(['lost']);
  await expect(client.removeService({ name: 'checkout' })).rejects.toMatchObject({ name: 'Transient' });
  expect(sent).toHaveLength(1);
});

test('a token of a job is asked for again shortly before it ends, so that a command may wait longer', async () => {
  let now = 0;
  let asked = 0;
  const token = (seconds: number) => `h.${Buffer.from(JSON.stringify({ exp: seconds })).toString('base64url')}.s`;
  const source = jobToken({
    request: { url: 'https://job.example', token: 'x' },
    audience: 'slipway-prod',
    clock: { now: () => now },
    fetch: (async () => Response.json({ value: token(300 * ++asked) })) as typeof fetch,
  });
  await source.read();
  now = 239_000;
  await source.read();
  expect(asked).toBe(1);
  now = 241_000;
  await source.read();
  expect(asked).toBe(2);
});

test('a person with AWS credentials signs a token of 15 minutes with the least role', async () => {
  const keys: string[] = [];
  const source = signedToken({
    stage: 'prod',
    audience: 'slipway-prod',
    role: 'viewer',
    clock: { now: () => 1_000_000 },
    ids: { next: (stem) => `${stem}-1` },
    keyOf: async ({ keyId }) => {
      keys.push(keyId);
      return { publicKey: () => Promise.reject(new Error('not asked')), sign: async () => new Uint8Array(64) };
    },
  });
  const claims = claimsOf((await source.read()) ?? '');
  expect(keys).toEqual(['alias/slipway-prod-tokens']);
  expect(claims).toMatchObject({
    iss: 'slipway-prod',
    aud: 'slipway-prod',
    sub: expect.stringMatching(/^.+@.+$/),
    grants: [{ role: 'viewer', services: '*' }],
    iat: 1_000,
    exp: 1_900,
  });
});

test('a reader that stops after the first line is no error', async () => {
  const server = createServer((_request, response) => {
    const items = Array.from({ length: 5_000 }, (_, index) => ({ id: `dep-${index}`, service: 'shop' }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const said = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    const command = `"${process.execPath}" src/cli/main.ts list --json --url ${url} | head -1`;
    execFile('bash', ['-c', command], (_error, stdout, stderr) => resolve({ stdout, stderr }));
  });
  server.close();
  expect(said).toEqual({ stdout: '{\n', stderr: '' });
});

test('every command says the version, and options before the command are refused with the next step', async () => {
  const url = 'http://localhost:1';
  const version = await slipway(['--version'], { url });
  expect(await slipway(['status', '--version'], { url })).toEqual(version);
  const early = await slipway(['--url', url, 'status'], { url });
  expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('Write it after status.') });
});
