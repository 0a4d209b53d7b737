import type { lookup } from 'node:dns';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { isPublicAddress } from '../../src/aws/public-address.ts';
import { postToPublicHost, publicNetwork, publicOnly } from '../../src/aws/webhook.ts';

/**
 * Every name resolves to this machine, and nothing is encrypted. The parts of the guard are tested on the real network
 * settings.
 */
const toLoopback: LookupFunction = (_hostname, options, callback) =>
  options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);
const loopback = { request, lookup: toLoopback, timeoutMs: 2_000 };

let server: Server;
let handle: (request: IncomingMessage, response: ServerResponse) => void;
let port: number;

beforeAll(async () => {
  server = createServer((incoming, response) => handle(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const post = (network = loopback) =>
  postToPublicHost({ url: `https://ci.example:${port}/check?a=1`, body: '{"a":"é"}' }, network);

test('a webhook posts the body as JSON to the path and returns the status and the text', async () => {
  const seen: unknown[] = [];
  handle = async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming.setEncoding('utf8')) body += chunk;
    seen.push(incoming.method, incoming.url, incoming.headers['content-type'], body);
    response.writeHead(409).end(' two tests failed ');
  };
  expect(await post()).toEqual({ status: 409, text: 'two tests failed' });
  expect(seen).toEqual(['POST', '/check?a=1', 'application/json', '{"a":"é"}']);
});

test('a webhook does not follow a redirect', async () => {
  let requests = 0;
  handle = (_, response) => {
    requests += 1;
    response.writeHead(307, { location: `http://127.0.0.1:${port}/elsewhere` }).end();
  };
  expect(await post()).toMatchObject({ status: 307 });
  expect(requests).toBe(1);
});

test('a webhook reads only the beginning of a long answer', async () => {
  handle = (_, response) => response.writeHead(200).end('x'.repeat(1_000_000));
  expect(await post()).toEqual({ status: 200, text: 'x'.repeat(400) });
});

test('an answer that does not come in time is Transient', async () => {
  handle = () => {};
  await expect(post({ ...loopback, timeoutMs: 30 })).rejects.toMatchObject({ name: 'Transient' });
});

test('a connection that breaks is Transient', async () => {
  handle = (incoming) => incoming.socket.destroy();
  await expect(post()).rejects.toMatchObject({ name: 'Transient', message: expect.stringContaining('ci.example') });
});

test.each([
  ['http://ci.example/', 'not https'],
  ['ftp://ci.example/', 'not https'],
  ['not an address', 'not an address'],
  ['https://user:secret@ci.example/', 'a name and a password'],
  ['https://127.0.0.1/', 'not on a public address'],
  ['https://0x7f.1/', 'not on a public address'],
  ['https://2130706433/', 'not on a public address'],
  ['https://169.254.169.254/latest/meta-data/', 'not on a public address'],
  ['https://[::1]/', 'not on a public address'],
  ['https://[::ffff:10.0.0.1]/', 'not on a public address'],
  ['https://[fd00:ec2::254]/', 'not on a public address'],
  ['https://localhost/', 'not on a public address'],
])('%s is refused before anything is sent: %s', async (url, why) => {
  expect(await postToPublicHost({ url, body: '{}' }, publicNetwork)).toEqual({ refused: expect.stringContaining(why) });
});

test('a refusal never repeats the password of the address', async () => {
  const answer = await postToPublicHost({ url: 'https://user:secret@ci.example/', body: '{}' });
  expect(JSON.stringify(answer)).not.toContain('secret');
});

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.170.2',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:8.8.8.8',
  '64:ff9b::a00:1',
  'fc00::1',
  'fe80::1',
  'ff02::1',
  '2001:db8::1',
  '2002:a00:1::',
  '2001:0:1::',
  'nonsense',
])('the address %s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2001:4860:4860::8888'])(
  'the address %s is public',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

test.each([
  [{ all: true }, [[{ address: '1.1.1.1', family: 4 }]]],
  [{ all: false }, ['1.1.1.1', 4]],
])('a public address is connected to, when the lookup asks with %j', async (options, expected) => {
  const found = await new Promise((resolve, reject) => {
    publicNetwork.lookup('1.1.1.1', options, (error, ...answer) => (error ? reject(error) : resolve(answer)));
  });
  expect(found).toEqual(expected);
});

test('a name that does not resolve is Transient, because name servers fail too', async () => {
  const network = { ...loopback, lookup: publicNetwork.lookup };
  const answer = postToPublicHost({ url: 'https://no-such-name.invalid/', body: '{}' }, network);
  await expect(answer).rejects.toMatchObject({ name: 'Transient' });
});

test('a name with a public and a private address is refused, because the connection could use either', async () => {
  const both = [
    { address: '1.1.1.1', family: 4 },
    { address: '10.0.0.1', family: 4 },
  ];
  const resolveBoth = ((_name: string, _options: unknown, callback: (error: null, found: typeof both) => void) =>
    callback(null, both)) as unknown as typeof lookup;
  expect(await post({ ...loopback, lookup: publicOnly(resolveBoth) })).toEqual({
    refused: expect.stringContaining('not on a public address'),
  });
});
