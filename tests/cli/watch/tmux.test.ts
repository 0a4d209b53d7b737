/** `slipway watch` on a real terminal: tmux draws what it writes, in several sizes, and types its keys. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SlipwayClient, slipwayClient } from '../../../src/api/client.ts';
import type { Embedded } from '../../../src/embedded/embedded.ts';
import { anEmbedded } from '../../embedded/an-embedded.ts';

if (spawnSync('tmux', ['-V']).status !== 0)
  throw new Error('These tests need tmux. Install it, for example with apt-get install tmux, or leave them out.');

const folder = mkdtempSync(join(tmpdir(), 'slipway-tmux-'));
const socket = join(folder, 'tmux');
let embedded: Embedded;
let client: SlipwayClient;

beforeAll(async () => {
  writeFileSync(join(folder, 'v1.mjs'), "export const handler = async () => ({ statusCode: 200, body: 'one' });");
  writeFileSync(join(folder, 'v2.mjs'), "export const handler = async () => ({ statusCode: 200, body: 'two' });");
  embedded = await anEmbedded(folder);
  client = slipwayClient({ baseUrl: `http://127.0.0.1:${embedded.port}` });
  await client.putService({
    name: 'shop',
    spec: {
      name: 'shop',
      target: { kind: 'lambda', function: 'shop', alias: 'live' },
      strategy: [{ setWeight: 25 }, { bake: { minutes: 30 } }, { setWeight: 50 }, { bake: { minutes: 30 } }],
      rehearsal: { handler: 'v1.mjs', requestsPerSecond: 5 },
    },
  });
});
afterAll(async () => {
  spawnSync('tmux', ['-S', socket, 'kill-server']);
  await embedded.close();
  rmSync(folder, { recursive: true, force: true });
});

const tmux = (...args: string[]) => execFileSync('tmux', ['-S', socket, ...args], { encoding: 'utf8' });
const screen = () => tmux('capture-pane', '-p', '-t', 'watch');

async function shows(pattern: RegExp): Promise<string> {
  for (;;) {
    const text = screen();
    if (pattern.test(text)) return text;
    await sleep(100);
  }
}

function open(command: string, { columns, rows }: { readonly columns: number; readonly rows: number }): void {
  const line = `env HOME=${folder} SLIPWAY_URL=http://127.0.0.1:${embedded.port} ${process.execPath} src/cli/main.ts ${command}`;
  tmux(
    'new-session',
    '-d',
    '-s',
    'watch',
    '-x',
    String(columns),
    '-y',
    String(rows),
    `echo BEFORE; ${line}; echo "ENDED $?"; cat`,
  );
}

async function started(): Promise<string> {
  const answer = await client.startDeployment({
    service: 'shop',
    artifact: { s3: { bucket: 'local', key: 'v2.mjs' } },
  });
  if (!('id' in answer)) throw new Error('A deployment that is no dry run has an id.');
  return answer.id;
}

test('the screen fits 80x24, 40x20 and 200x50, is steered by keys, and gives the terminal back', async () => {
  const id = await started();
  open('watch shop', { columns: 80, rows: 24 });
  const wide = await shows(/bake, \d\d:\d\d left/);
  expect(wide).toContain('[a]bort');
  expect(wide).not.toContain('BEFORE');
  for (const [columns, rows] of [
    [40, 20],
    [200, 50],
    [80, 24],
  ] as const) {
    tmux('resize-window', '-t', 'watch', '-x', String(columns), '-y', String(rows));
    await sleep(1_500);
    const lines = screen().trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(lines[0]).toContain('shop  rolling out');
    expect(lines.at(-1)).toContain('[q]uit');
  }

  tmux('send-keys', '-t', 'watch', 'u');
  await shows(/Pause: 2 stays at 25 % until you resume.*y\/N/s);
  tmux('send-keys', '-t', 'watch', 'y');
  await shows(/shop {2}paused/);
  tmux('send-keys', '-t', 'watch', 'e');
  await shows(/possible +slipway/);
  tmux('send-keys', '-t', 'watch', 'e');
  tmux('send-keys', '-t', 'watch', 'q');
  const after = await shows(/ENDED 130/);
  expect(after).toContain('BEFORE');
  expect(after.replace(/\n/g, '')).toContain(`slipway watch ${id}`);
  expect((await client.readDeployment({ id })).status).toBe('paused');
  tmux('kill-session', '-t', 'watch');

  open(`watch ${id}`, { columns: 80, rows: 24 });
  await shows(/\[a\]bort/);
  tmux('send-keys', '-t', 'watch', 'a');
  await shows(/Abort: 1 gets all calls back; 2 has 25 % now/);
  tmux('send-keys', '-t', 'watch', 'y');
  const ended = await shows(/ENDED 2/);
  expect(ended).toMatch(/shop 1 -> 2: rolled back/);
  expect(tmux('display-message', '-p', '-t', 'watch', '#{cursor_flag} #{alternate_on}').trim()).toBe('1 0');
  tmux('kill-session', '-t', 'watch');
});

test('a killed watch leaves the terminal with its cursor, on the first screen', async () => {
  await started();
  open('watch shop', { columns: 80, rows: 24 });
  await shows(/\[a\]bort/);
  const [pid = ''] = execFileSync('pgrep', ['-f', `main.ts watch shop$`], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .slice(-1);
  process.kill(Number(pid), 'SIGTERM');
  await shows(/ENDED/);
  expect(tmux('display-message', '-p', '-t', 'watch', '#{cursor_flag} #{alternate_on}').trim()).toBe('1 0');
  tmux('kill-session', '-t', 'watch');
});
