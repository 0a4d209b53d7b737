/** Tests how `slipway start` stops, and what the next start shows about a rollout that the stop interrupted. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';
import { slipwayClient } from '../../src/api/client.ts';
import { type AStart, aStart, endStarts, freePort } from './a-start.ts';

const data = mkdtempSync(join(tmpdir(), 'slipway-stop-'));
afterEach(endStarts);
afterAll(() => rmSync(data, { recursive: true, force: true }));

async function started(): Promise<AStart> {
  const start = aStart({ data, port: await freePort() });
  await start.shown();
  return start;
}

/** Sets the title of the window, clears the screen, and forges a line. */
const HOSTILE = 'tried \u001B]0;owned\u0007\u001B[2J\rorders promoted \u202E';
const GOOD = { s3: { bucket: 'local', key: 'examples/checkout/good-new.mjs' } };

/** An alarm must have seen traffic before the next deployment. */
async function baking({ url }: AStart): Promise<string> {
  const client = slipwayClient({ baseUrl: url });
  for (;;) {
    const checked = await client.checkService({ name: 'checkout' });
    if (checked.findings.every(({ severity }) => severity !== 'error')) break;
    await tick(500);
  }
  const opened = await client.startDeployment({ service: 'checkout', artifact: GOOD, reason: HOSTILE });
  const id = 'id' in opened ? opened.id : '';
  while ((await client.readDeployment({ id })).atPercent === 0) await tick(200);
  return id;
}

test('Ctrl-C in a bake names the rollout by its service, and the next start shows what became of it', async () => {
  const first = await started();
  const id = await baking(first);
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(0);
  expect(first.output()).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}]/u);
  expect(first.output()).toMatch(
    new RegExp(`checkout: the rollout ${id} is interrupted at 25 % of the calls\\. The next start rolls it back`),
  );

  const second = await started();
  while (!second.output().includes('deployment rolled back')) await tick(100);
  const [, told = ''] = second.output().split('Ctrl-C stops.');
  expect(told).toMatch(/^checkout .* traffic taken back/m);
  expect(told).toMatch(/^checkout .* deployment rolled back/m);
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);
  expect(second.output()).not.toContain('is interrupted');
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends a start with exit code 0 and without a stack',
  async (signal) => {
    const start = await started();
    start.child.kill(signal);
    expect(await start.ended).toBe(0);
    expect(start.output()).toContain('Stopping.');
    expect(start.output()).not.toMatch(/^\s+at .*:\d+/m);
  },
  120_000,
);

test('a signal before the first screen ends the start, and the next one is whole', async () => {
  const start = aStart({ data, port: await freePort() });
  while (!start.output().includes('Slipway starts')) await tick(20);
  start.child.kill('SIGINT');
  expect(await start.ended).toBe(0);
  const next = await started();
  next.child.kill('SIGINT');
  expect(await next.ended).toBe(0);
});

test('a second Ctrl-C ends a stop that hangs, and the Ctrl-C that npm repeats does not count', async () => {
  const start = await started();
  // A request that is never sent whole keeps the server from closing for some seconds.
  const { connect } = await import('node:net');
  const socket = connect(Number(new URL(start.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write('POST /deploy HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{');
  await tick(300);
  start.child.kill('SIGINT');
  await tick(50);
  start.child.kill('SIGINT');
  await tick(700);
  expect(start.child.exitCode).toBeNull();
  const from = performance.now();
  start.child.kill('SIGINT');
  expect(await start.ended).toBe(130);
  expect(performance.now() - from).toBeLessThan(3_000);
  socket.destroy();
});

test.each(['before', 'after'])(
  'an output that is closed %s the first screen ends the start without a stack',
  async (when) => {
    const start = aStart({ data, port: await freePort() });
    if (when === 'after') await start.shown();
    else while (!start.output().includes('Slipway starts')) await tick(20);
    start.child.stdout?.destroy();
    if (when === 'after') await baking(start).catch(() => {});
    expect(await start.ended).toBe(0);
    expect(start.output()).not.toMatch(/EPIPE|^\s+at .*:\d+/m);
  },
  240_000,
);
