/** Tests which requests a server without an authorizer refuses, byte by byte, because `fetch` cannot send all of them. */
import { connect } from 'node:net';
import { type ApiServer, apiServer } from '../../src/embedded/server/api-server.ts';

const reply = (body: string) => async () => ({ statusCode: 200, headers: {}, body });
const routes = [
  { method: 'GET', path: '/health', handle: reply('health') },
  { method: 'GET', path: '/ready', handle: reply('ready') },
  { method: 'GET', path: '/services', handle: reply('services') },
  { method: 'POST', path: '/deploy', handle: reply('deployed') },
] as const;
let open: ApiServer;
let closed: ApiServer;
beforeAll(async () => {
  const common = { routes, port: 0, log: () => {} };
  open = await apiServer({ ...common, hostNames: ['Slipway.Internal'], corsOrigins: ['https://allowed.example'] });
  const authorize = async () => ({ context: {} }) as never;
  closed = await apiServer({ ...common, authorize });
});
afterAll(async () => {
  await Promise.all([open.close(), closed.close()]);
});

interface Sent {
  readonly line?: string;
  readonly headers?: readonly string[];
  readonly server?: ApiServer;
}

/** Resolves with the status and the body. */
function answerTo({ line = 'GET /services HTTP/1.1', headers = [], server = open }: Sent): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject).on('end', () => resolve(answer));
    socket.write([line, ...headers, 'Connection: close', '', ''].join('\r\n'));
  });
}

async function statusOf(sent: Sent): Promise<number> {
  return Number((await answerTo(sent)).slice(9, 12));
}

test.each([
  'localhost',
  'localhost:4000',
  'LOCALHOST:1',
  'localhost.',
  'localhost.:4000',
  '127.0.0.1',
  '127.0.0.1:4000',
  '[::1]',
  '[::1]:4000',
  '[0:0:0:0:0:0:0:1]:4000',
  'slipway.internal',
  'SLIPWAY.internal:80',
])('a request for the host %s is answered', async (host) => {
  expect(await statusOf({ headers: [`Host: ${host}`] })).toBe(200);
});

test.each([
  'evil.example',
  'evil.example:4000',
  'localhost.evil.example',
  'evil-localhost',
  'localhost@evil.example',
  'evil.example@localhost',
  'localhost:4000@evil.example',
  '127.0.0.1.nip.io',
  '127.0.0.2',
  '10.0.0.1',
  '0.0.0.0',
  '[::]',
  '[::ffff:10.0.0.1]',
  'sub.localhost',
  'localhost..',
  'localhost,evil.example',
  'localhost%00',
  '::1',
  '',
])('a request for the host "%s" is refused with 421, and says how to name a host', async (host) => {
  const answer = await answerTo({ headers: [`Host: ${host}`] });
  expect(answer).toMatch(/^HTTP\/1\.1 421 /);
  expect(answer).toContain('--host-name');
});

test('probes are answered for any host, and no other path is, however it is written', async () => {
  const headers = ['Host: 10.1.2.3:8080'];
  for (const path of ['/health', '/ready', '/health?full=1'])
    expect(await statusOf({ line: `GET ${path} HTTP/1.1`, headers })).toBe(200);
  for (const path of ['/health/', '/health/../services', '/services?/health', '//health', '/health%2f..%2fservices'])
    expect(await statusOf({ line: `GET ${path} HTTP/1.1`, headers })).toBe(421);
});

test('two Host headers are refused with 400, also behind an authorizer and for a probe', async () => {
  const headers = ['Host: localhost', 'Host: evil.example'];
  expect(await statusOf({ headers })).toBe(400);
  expect(await statusOf({ headers: ['HOST: localhost', 'host: localhost'], server: closed })).toBe(400);
  expect(await statusOf({ line: 'GET /health HTTP/1.1', headers })).toBe(400);
});

test('a request without a Host is refused, in HTTP/1.0 too', async () => {
  expect(await statusOf({})).toBe(400);
  expect(await statusOf({ line: 'GET /services HTTP/1.0' })).toBe(421);
  expect(await statusOf({ line: 'GET /health HTTP/1.0' })).toBe(200);
});

test('a target with a host of its own needs two local names', async () => {
  const asked = (target: string, host: string) =>
    statusOf({ line: `GET ${target} HTTP/1.1`, headers: [`Host: ${host}`] });
  expect(await asked('http://localhost:4000/services', 'localhost:4000')).toBe(200);
  expect(await asked('http://evil.example/services', 'localhost:4000')).toBe(421);
  expect(await asked('http://localhost:4000/services', 'evil.example')).toBe(421);
  expect(await asked('HTTP://EVIL.example/services', 'localhost')).toBe(421);
  expect(await asked('http://evil.example/health', 'evil.example')).toBe(200);
  expect(await asked('http://evil.example', 'localhost')).toBe(421);
});

test('a page of another site gets no answer, whether it reads, posts a form or runs in a sandbox', async () => {
  const host = 'Host: localhost:4000';
  const post = { line: 'POST /deploy HTTP/1.1' };
  for (const site of ['cross-site', 'Cross-Site', 'same-site', 'something-new'])
    expect(await statusOf({ headers: [host, `Sec-Fetch-Site: ${site}`] })).toBe(403);
  const text = ['Content-Type: text/plain', 'Content-Length: 0'];
  expect(await statusOf({ ...post, headers: [host, 'Origin: https://evil.example', ...text] })).toBe(403);
  expect(await statusOf({ ...post, headers: [host, 'Origin: http://localhost:3000', ...text] })).toBe(403);
  expect(await statusOf({ ...post, headers: [host, 'Origin: null', ...text] })).toBe(403);
});

test("the server's own page, a typed address, a terminal and a named origin are answered", async () => {
  const host = 'Host: localhost:4000';
  expect(await statusOf({ headers: [host, 'Sec-Fetch-Site: same-origin', 'Origin: http://localhost:4000'] })).toBe(200);
  expect(await statusOf({ headers: [host, 'Sec-Fetch-Site: none'] })).toBe(200);
  expect(await statusOf({ headers: [host] })).toBe(200);
  const named = 'Origin: https://allowed.example';
  expect(await statusOf({ headers: [host, 'Sec-Fetch-Site: cross-site', named] })).toBe(200);
});

test('behind an authorizer every host is answered, because the token decides', async () => {
  const headers = ['Host: slipway.example.com', 'Sec-Fetch-Site: cross-site'];
  expect(await statusOf({ headers, server: closed })).toBe(200);
});
