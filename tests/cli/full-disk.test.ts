/**
 * Tests a disk that is full, and has room again: a small tmpfs where the test may mount one (as root, in .ci/run).
 * Elsewhere the same files are refused by their permissions.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';
import { aStart, endStarts, freePort } from './a-start.ts';

const disk = mkdtempSync(join(tmpdir(), 'slipway-disk-'));
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=140m', 'slipway-test', disk]).status === 0;
const data = join(disk, 'state');
const filling = join(disk, 'filling');
afterEach(endStarts);
afterAll(() => {
  if (isMounted) spawnSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
});

function fill(): void {
  if (!isMounted) {
    chmodSync(data, 0o500);
    return;
  }
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filling, Buffer.alloc(Math.max(0, bavail * bsize - 4_096)));
}

function makeRoom(): void {
  if (isMounted) rmSync(filling);
  else chmodSync(data, 0o700);
}

const SPEC = {
  target: { kind: 'lambda', function: 'small', alias: 'live' },
  strategy: [{ setWeight: 25 }, { bake: { minutes: 2 } }, { judge: {} }],
  alarms: ['small-errors'],
  rehearsal: { handler: 'examples/checkout/good.mjs', requestsPerSecond: 1 },
};

test('writes on a full disk get 503 with the next step, reads go on, and everything works again with room', async () => {
  const start = aStart({ data, port: await freePort() });
  await start.shown();
  const put = (name: string) =>
    fetch(`${start.url}/services/${name}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...SPEC, name, target: { ...SPEC.target, function: name } }),
    });
  expect((await put('before')).ok).toBe(true);

  fill();
  const refused = await put('while-full');
  const problem = (await refused.json()) as { detail: string };
  expect({ status: refused.status, ...problem }).toMatchObject({
    status: 503,
    detail: expect.stringMatching(/(disk .* is full|cannot be written).*Make room/s),
  });
  expect(refused.headers.get('retry-after')).not.toBeNull();
  expect((await fetch(`${start.url}/services`)).status).toBe(200);
  expect((await fetch(`${start.url}/health`)).status).toBe(200);
  expect((await fetch(`${start.url}/ready`)).status).toBe(503);
  // Alarms, tickers and traffic go on meanwhile.
  await tick(25_000);
  expect(start.child.exitCode).toBeNull();

  makeRoom();
  while (!(await put('after')).ok) await tick(250);
  expect((await fetch(`${start.url}/ready`)).status).toBe(200);
  start.child.kill('SIGINT');
  expect(await start.ended).toBe(0);
  expect(start.output()).not.toMatch(/^\s+at .*:\d+/m);

  const next = aStart({ data, port: await freePort() });
  await next.shown();
  const { items } = (await (await fetch(`${next.url}/services`)).json()) as { items: { name: string }[] };
  expect(items.map(({ name }) => name)).toEqual(expect.arrayContaining(['before', 'after', 'checkout', 'orders']));
  next.child.kill('SIGINT');
  expect(await next.ended).toBe(0);
});

test('a start on a full disk ends with one sentence', async () => {
  fill();
  const start = aStart({ data, port: await freePort() });
  expect(await start.ended).toBe(1);
  expect(start.output()).toMatch(/full|No space left|cannot be kept/);
  expect(start.output()).not.toMatch(/^\s+at .*:\d+/m);
  makeRoom();
});
