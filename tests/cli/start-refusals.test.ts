/** Tests the starts that cannot be: each ends with exit code 1 and one sentence, and never opens its port. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';
import { aStart, endStarts, freePort, isOpen, type StartOrder } from './a-start.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-refusals-'));
/** A state that a start has left. Each case damages a copy of it. */
const sound = join(root, 'sound');
beforeAll(async () => {
  const before = aStart({ data: sound, port: await freePort() });
  await before.shown();
  before.child.kill('SIGINT');
  expect(await before.ended).toBe(0);
});
afterEach(endStarts);
afterAll(() => {
  if (isMounted) spawnSync('umount', [readOnly]);
  rmSync(root, { recursive: true, force: true });
});

let copies = 0;
function damaged(damage: (folder: string) => void): string {
  copies += 1;
  const folder = join(root, `copy-${copies}`);
  cpSync(sound, folder, { recursive: true });
  damage(folder);
  return folder;
}

/** Below the ports that a system hands out, so that no other test that runs now opens it. */
let lastPort = 20_000 + (process.pid % 500) * 20;
function unusedPort(): number {
  lastPort += 1;
  return lastPort;
}

/** Resolves with the output, after the exit code, the port and the form of the output were checked. */
async function refused(order: Omit<StartOrder, 'port'> & { readonly port?: number }): Promise<string> {
  const port = order.port ?? unusedPort();
  const start = aStart({ ...order, port });
  let wasOpen = false;
  let code: number | NodeJS.Signals | undefined;
  void start.ended.then((how) => {
    code = how;
  });
  while (code === undefined) {
    if (order.port === undefined) wasOpen ||= await isOpen(port);
    await tick(50);
  }
  const output = start.output();
  expect(output).not.toMatch(/^\s+at .*:\d+/m);
  expect(output).not.toContain('Ctrl-C stops.');
  expect({ code, wasOpen, output }).toMatchObject({ code: 1, wasOpen: false });
  return output;
}

test.each<[string, (folder: string) => void, RegExp]>([
  [
    'a cloud.json that is no JSON',
    (at) => writeFileSync(join(at, 'cloud.json'), '{"schema": 1, '),
    /cloud\.json is not one/,
  ],
  [
    'a cloud.json of another form',
    (at) => writeFileSync(join(at, 'cloud.json'), '{"schema": 9}'),
    /cloud\.json is not one/,
  ],
  ['an empty cloud.json', (at) => truncateSync(join(at, 'cloud.json')), /cloud\.json is not one/],
  [
    'a damaged cluster.json',
    (at) => writeFileSync(join(at, 'cluster.json'), '[{"kind": 3}]'),
    /cluster\.json is not one/,
  ],
  [
    'a damaged executions.json',
    (at) => writeFileSync(join(at, 'executions.json'), '[{'),
    /executions\.json is not one/,
  ],
  [
    'a ledger of another version',
    (at) => writeFileSync(join(at, 'ledger', 'PG_VERSION'), '99\n'),
    /ledger cannot be opened/,
  ],
  [
    'a truncated ledger',
    (at) => truncateSync(join(at, 'ledger', 'global', 'pg_control'), 100),
    /ledger cannot be opened/,
  ],
  [
    'a ledger of garbage',
    (at) => writeFileSync(join(at, 'ledger', 'global', 'pg_control'), Buffer.alloc(8_192, 7)),
    /ledger cannot be opened/,
  ],
  ['a ledger without its tables', (at) => emptied(join(at, 'ledger', 'base')), /ledger cannot be opened/],
  ['a ledger that is a file', (at) => replaced(join(at, 'ledger')), /ledger cannot be opened/],
])('%s is named in one sentence with the next step', async (_, damage, says) => {
  const output = await refused({ data: damaged(damage) });
  expect(output).toMatch(says);
  expect(output).toMatch(/[Mm]ove the folder/);
});

function emptied(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
}

function replaced(folder: string): void {
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'not a folder');
}

test('a state folder that is a file, is below a file or cannot be made is named with the next step', async () => {
  const file = join(root, 'a-file');
  writeFileSync(file, '');
  for (const data of [file, join(file, 'below'), '/proc/slipway-state'])
    expect(await refused({ data })).toMatch(
      /The state cannot be kept in .*: .*\. Name a folder that can be written: --data FOLDER/,
    );
});

/** root writes into folders without write permission too, so only a file system can refuse. */
const readOnly = join(root, 'read-only');
mkdirSync(readOnly);
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m', 'slipway-test', readOnly]).status === 0;

test('a state folder on a disk without write access is named with the next step', async () => {
  // A user who may not mount is one whom permissions hold.
  const data = isMounted ? readOnly : damaged((at) => spawnSync('chmod', ['-R', 'a-w', at]));
  expect(await refused({ data })).toMatch(/The state cannot be kept in|cannot be written/);
});

test('a handler that does not exist is named, and nothing stays open', async () => {
  const file = join(root, 'slipway.yml');
  writeFileSync(
    file,
    'name: gone\ntarget: { kind: lambda, function: gone }\nstrategy: [{ setWeight: 25 }, { bake: { minutes: 2 } }]\nalarms: [gone-errors]\nrehearsal: { handler: src/no.handler, requestsPerSecond: 1 }\n',
  );
  const output = await refused({ data: join(root, 'fresh'), words: ['--service', file] });
  expect(output).toContain('src/no');
});

test('a KUBECONFIG that leads to no cluster is said, and no cluster is called real', async () => {
  const broken = join(root, 'kubeconfig');
  writeFileSync(broken, 'this is no kubeconfig: [');
  const data = damaged(() => {});
  for (const KUBECONFIG of [broken, join(root, 'no-such-file')]) {
    const output = await refused({ data, environment: { KUBECONFIG } });
    expect(output).toContain(KUBECONFIG);
    expect(output).not.toContain('REAL');
  }
});

test('a second start on the folder or the port of the first names what is in use', async () => {
  const port = await freePort();
  const first = aStart({ data: sound, port });
  await first.shown();
  expect(await refused({ data: sound })).toMatch(/is in use by process \d+.*--data/);
  expect(await refused({ data: join(root, 'other'), port })).toMatch(/Port \d+ is taken.*--port \d+/);
  expect((await fetch(`${first.url}/health`)).status).toBe(200);
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(0);
});
