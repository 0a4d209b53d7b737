import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';

const EXAMPLE = new URL('../../examples/adopt/write-back/', import.meta.url).pathname;
const run = promisify(execFile);
const OLD = 'registry.example.com:5000/shop/orders:1';
const NEW = 'registry.example.com:5000/shop/orders@sha256:2222';
const manifest = (image: string) =>
  `containers:\n  - name: server\n    image: ${image} # of orders\n  - image: "registry.example.com:5000/shop/orders-sidecar:1"\n`;

interface Answered {
  readonly id: string;
  readonly status: string;
  readonly stable: string | null;
  readonly canary: string;
  readonly artifact: { readonly image: string } | { readonly version: string };
}
const first: Answered = { id: 'dep-1', status: 'promoted', stable: null, canary: 'v1', artifact: { image: OLD } };
const second: Answered = { id: 'dep-2', status: 'promoted', stable: 'v1', canary: 'v2', artifact: { image: NEW } };

let folder: string;
let server: Server;
let url: string;
let answered: readonly Answered[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-write-back-'));
  server = createServer(({ url: asked, headers }, response) => {
    const isAsked = asked === '/deployments?service=orders&limit=100' && headers.authorization === 'Bearer secret';
    response.writeHead(isAsked ? 200 : 404).end(JSON.stringify({ items: answered, nextCursor: null }));
  });
  await new Promise<void>((settle) => {
    server.listen(0, '127.0.0.1', settle);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await git(folder, 'init', '--quiet', '--bare', '--initial-branch=main', 'remote.git');
  await clone('first');
  writeFileSync(join(folder, 'first/deployment.yml'), manifest(OLD));
  await git(join(folder, 'first'), 'add', '.');
  await git(join(folder, 'first'), 'commit', '--quiet', '--message', 'As it was');
  await git(join(folder, 'first'), 'push', '--quiet', 'origin', 'HEAD');
});

afterEach(async () => {
  await new Promise((settle) => server.close(settle));
  rmSync(folder, { recursive: true });
});

async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const identity = ['-c', 'user.name=slipway', '-c', 'user.email=slipway@example.com'];
  return (await run('git', [...identity, ...args], { cwd })).stdout;
}

async function clone(name: string): Promise<string> {
  await git(folder, 'clone', '--quiet', 'remote.git', name);
  return join(folder, name);
}

async function writeBack(cwd: string): Promise<string> {
  const who = { GIT_AUTHOR_NAME: 'slipway', GIT_AUTHOR_EMAIL: 'slipway@example.com' };
  const committer = { GIT_COMMITTER_NAME: 'slipway', GIT_COMMITTER_EMAIL: 'slipway@example.com' };
  const env = { ...process.env, ...who, ...committer, NODE_OPTIONS: '', SLIPWAY_URL: url, SLIPWAY_TOKEN: 'secret' };
  const args = [`${EXAMPLE}write-back.mjs`, 'orders', 'deployment.yml'];
  return (await run(process.execPath, args, { cwd, env })).stdout;
}

async function pushed(): Promise<string> {
  return git(folder, '--git-dir=remote.git', 'show', 'main:deployment.yml');
}

test('the workflow commits and pushes the promoted image, and changes no other line', async () => {
  answered = [second, first];
  await writeBack(await clone('again'));
  expect(await pushed()).toBe(manifest(NEW));
  const log = await git(folder, '--git-dir=remote.git', 'log', '-1', '--format=%B', 'main');
  expect(log).toContain(`orders: ${NEW}`);
  expect(log).toContain('dep-2');
});

test('an event that is delivered twice makes one commit', async () => {
  answered = [second, first];
  const again = await clone('again');
  await writeBack(again);
  expect(await writeBack(again)).toContain('already');
  expect(await git(folder, '--git-dir=remote.git', 'rev-list', '--count', 'main')).toBe('2\n');
});

test('a rollback writes the image of the version before into Git', async () => {
  answered = [second, first];
  await writeBack(await clone('again'));
  const undone = { ...second, id: 'dep-3', status: 'rolledBack', artifact: { version: 'v1' }, canary: 'v2' } as const;
  answered = [undone, second, first];
  await writeBack(await clone('once-more'));
  expect(await pushed()).toBe(manifest(OLD));
});

test('a rollout in flight changes nothing in Git', async () => {
  answered = [{ ...second, status: 'baking' }, first];
  expect(await writeBack(await clone('again'))).toContain('already');
  expect(await pushed()).toBe(manifest(OLD));
});

test('a push of another person in between is kept, and the image is committed on top of it', async () => {
  answered = [second, first];
  const late = await clone('late');
  writeFileSync(join(folder, 'first/README.md'), 'Read me.\n');
  await git(join(folder, 'first'), 'add', '.');
  await git(join(folder, 'first'), 'commit', '--quiet', '--message', 'In between');
  await git(join(folder, 'first'), 'push', '--quiet', 'origin', 'HEAD');
  await writeBack(late);
  expect(await pushed()).toBe(manifest(NEW));
  expect(await git(folder, '--git-dir=remote.git', 'show', 'main:README.md')).toBe('Read me.\n');
});

test('a file without the image is refused, and is not left unchanged in silence', async () => {
  answered = [second, first];
  const again = await clone('again');
  writeFileSync(join(again, 'deployment.yml'), 'image: another\n');
  await expect(writeBack(again)).rejects.toThrow('has no line with the image registry.example.com:5000/shop/orders');
});

test('the workflow of the example runs the script of the example', () => {
  const text = readFileSync(`${EXAMPLE}write-back.yml`, 'utf8');
  const { jobs } = parse(text) as { jobs: Record<string, { steps: readonly { run: string }[] }> };
  expect(jobs['write-back']?.steps.at(-1)?.run).toContain('node write-back.mjs orders deploy/base/deployment.yml');
});
