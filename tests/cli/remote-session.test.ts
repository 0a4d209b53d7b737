import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, slipway } from './remote-scene.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-session-'));
const file = join(folder, 'slipway', 'config.json');
const SECRET = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm5AYWNtZSIsImlzcyI6InNsaXB3YXktZGV2In0.c2VjcmV0';
let heard: IncomingMessage[] = [];
let answer: { status: number; type?: string; body: unknown } = { status: 200, body: { items: [] } };

/** A server that notes the requests, and answers each as the test says. */
const server = createServer((request, response) => {
  heard.push(request);
  request.resume();
  response.writeHead(answer.status, {
    'content-type': answer.type ?? 'application/json',
    location: 'https://elsewhere.example/',
  });
  response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
});
let url = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  heard = [];
  answer = { status: 200, body: { items: [] } };
  rmSync(join(folder, 'slipway'), { recursive: true, force: true });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const call = (
  args: readonly string[],
  more: { environment?: Record<string, string>; input?: string } = {},
): Promise<Ended> => slipway(args, { url: '', ...more, environment: { XDG_CONFIG_HOME: folder, ...more.environment } });
const sent = () => heard.map(({ headers }) => headers.authorization);
const everything = ({ stdout, stderr }: Ended) => `${stdout}${stderr}`;

test('login checks the token with the server, saves it for its owner alone, and never prints it', async () => {
  const ended = await call(['login', '--url', url, '--token', '-'], { input: `${SECRET}\n` });
  expect(ended.code).toBe(0);
  expect(everything(ended)).not.toContain(SECRET);
  expect(sent()).toEqual([`Bearer ${SECRET}`]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'slipway')).mode & 0o777).toBe(0o700);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    current: 'default',
    profiles: { default: { url, token: SECRET } },
  });
  const who = await call(['whoami']);
  expect(who).toMatchObject({ code: 0, stdout: expect.stringContaining('ann@acme') });
  expect(everything(who)).not.toContain(SECRET);
});

test('login saves nothing that the server does not accept', async () => {
  answer = { status: 401, body: { detail: 'The token has expired. Get a new one.' } };
  const ended = await call(['login', '--url', url, '--token', SECRET]);
  expect(ended.code).toBe(7);
  expect(ended.stderr).toContain('The token has expired.');
  expect(everything(ended)).not.toContain(SECRET);
  expect(() => statSync(file)).toThrow('ENOENT');
});

test('a profile that others can read is refused with the command that mends it', async () => {
  mkdirSync(join(folder, 'slipway'));
  writeFileSync(file, JSON.stringify({ current: 'default', profiles: { default: { url, token: SECRET } } }));
  chmodSync(file, 0o644);
  const ended = await call(['status']);
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining(`chmod 600 ${file}`) });
  expect(heard).toEqual([]);
});

test.each(['{', '[]', '{"profiles": 3}', '{"profiles": {"a": {"url": 3}}}'])(
  'a configuration that is %s is refused without a stack trace',
  async (text) => {
    mkdirSync(join(folder, 'slipway'));
    writeFileSync(file, text, { mode: 0o600 });
    const ended = await call(['status']);
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('is not a configuration of Slipway') });
    expect(ended.stderr).not.toContain('    at ');
  },
);

test('the token of a profile is not sent to another address', async () => {
  mkdirSync(join(folder, 'slipway'), { recursive: true });
  const profiles = { default: { url: 'https://slipway.example', token: SECRET } };
  writeFileSync(file, JSON.stringify({ current: 'default', profiles }), { mode: 0o600 });
  expect((await call(['status', '--url', url])).code).toBe(0);
  expect(sent()).toEqual([undefined]);
});

test('an option is before the environment, and the environment before the profile', async () => {
  await call(['login', '--url', url, '--token', 'of-profile']);
  heard = [];
  await call(['status']);
  await call(['status'], { environment: { SLIPWAY_TOKEN: 'of-environment' } });
  await call(['status', '--token', 'of-option'], { environment: { SLIPWAY_TOKEN: 'of-environment' } });
  await call(['status', '--as', 'jane'], { environment: { SLIPWAY_TOKEN: 'of-environment' } });
  expect(sent()).toEqual(['of-profile', 'of-environment', 'of-option', 'local:jane'].map((one) => `Bearer ${one}`));
});

test('logout deletes the profile with its token', async () => {
  await call(['login', '--url', url, '--token', SECRET, '--profile', 'prod']);
  expect((await call(['logout', '--profile', 'prod'])).code).toBe(0);
  expect(readFileSync(file, 'utf8')).not.toContain(SECRET);
  const ended = await call(['status', '--profile', 'prod']);
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no profile "prod"') });
});

test('a job of GitHub Actions sends its own token, for the audience of the stage', async () => {
  answer = { status: 200, body: { value: 'of-the-job', items: [] } };
  const environment = {
    SLIPWAY_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/job?api-version=2`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
  };
  const ended = await call(['status', '--stage', 'prod'], { environment });
  expect(ended.code).toBe(0);
  expect(heard.map(({ url: path, headers }) => [path, headers.authorization])).toEqual([
    ['/job?api-version=2&audience=slipway-prod', 'bearer request-token'],
    ['/services', 'Bearer of-the-job'],
  ]);
  answer = { status: 403, body: {} };
  const refused = await call(['status', '--stage', 'prod'], { environment });
  expect(refused).toMatchObject({ code: 7, stderr: expect.stringContaining('id-token: write') });
});

test.each([
  ['a page', { status: 200, type: 'text/html', body: '<html>' }, 7, 'not as Slipway does'],
  ['a redirect', { status: 302, body: '' }, 1, 'https://elsewhere.example/'],
  ['404 of a server that is no Slipway', { status: 404, type: 'text/html', body: '<p>No.' }, 7, 'not as Slipway does'],
  ['500 of a proxy', { status: 500, type: 'text/html', body: '<p>No.' }, 7, 'answers 500, but not as Slipway'],
  ['a list', { status: 200, body: [] }, 7, 'cannot be read as JSON of Slipway'],
  ['null', { status: 200, body: 'null' }, 7, 'cannot be read as JSON of Slipway'],
  ['403', { status: 403, body: { detail: 'You may not.' } }, 7, 'with no token'],
  ['500', { status: 500, body: { detail: 'Something broke.' } }, 7, 'Something broke.'],
  ['JSON that is broken off', { status: 200, body: '{"items": [' }, 7, 'cannot be read as JSON'],
])('an answer that is %s gives its exit code and a sentence', async (_what, given, code, says) => {
  answer = given;
  const ended = await call(['services', '--url', url]);
  expect(ended.stderr).toContain(says);
  expect(ended.stderr).not.toContain('    at ');
  expect(ended.code).toBe(code);
});

test('a watch of a server that has never answered ends without --timeout too', async () => {
  const ended = await call(['watch', `dep-${'0'.repeat(30)}`, '--url', 'http://127.0.0.1:1']);
  expect(ended).toMatchObject({ code: 7, stderr: expect.stringContaining('cannot be reached') });
});

test('fields that are new, and fields that are missing, stop no command', async () => {
  answer = { status: 200, body: { items: [{ id: 'dep-1', service: 'shop', status: 'thinking', mood: 'good' }] } };
  expect(await call(['list', '--url', url])).toMatchObject({ code: 0, stdout: expect.stringContaining('thinking') });
  answer = { status: 200, body: {} };
  for (const args of [['list'], ['services'], ['status'], ['explain', `dep-${'0'.repeat(30)}`]])
    expect(await call([...args, '--url', url])).toMatchObject({ code: 0, stderr: '' });
});

test('control characters of an answer are escaped, and a line of it cannot pass for another', async () => {
  const evil = { name: 'sh\u001b[8mop', revision: 1, updatedBy: 'eve\n  forged', updatedAt: 'x' };
  answer = { status: 200, body: { items: [evil] } };
  const { stdout } = await call(['services', '--url', url]);
  expect(stdout).toContain('sh\\u001b[8mop');
  expect(stdout).toContain('eve forged');
});

test.each([
  ['--token', ['--token', 'two\nlines'], '--token is not one line'],
  ['--url', ['--url', 'ftp://x'], 'is no address of a Slipway'],
  ['a password in --url', ['--url', 'http://ann:secret@x'], 'is no address of a Slipway'],
  ['--token and --as', ['--token', 'a', '--as', 'jane'], 'Give one of them'],
])('%s that cannot be used is refused before anything is sent', async (_what, args, says) => {
  const ended = await call(['status', ...args]);
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining(says) });
  expect(everything(ended)).not.toMatch(/two\nlines|secret/);
});
