/** `slipway watch` as a process without a terminal, against a real server that also stops, starts again and breaks. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SlipwayClient, slipwayClient } from '../../../src/api/client.ts';
import type { Embedded } from '../../../src/embedded/embedded.ts';
import { anEmbedded } from '../../embedded/an-embedded.ts';
import { slipway } from '../remote-scene.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-watch-'));
let embedded: Embedded;
let client: SlipwayClient;
/** In front of the server: it can be away, or answer 503, as a load balancer does. */
let gate: Gate;

beforeAll(async () => {
  writeFileSync(join(folder, 'v1.mjs'), "export const handler = async () => ({ statusCode: 200, body: 'one' });");
  writeFileSync(join(folder, 'v2.mjs'), "export const handler = async () => ({ statusCode: 200, body: 'two' });");
  embedded = await anEmbedded(folder);
  client = slipwayClient({ baseUrl: `http://127.0.0.1:${embedded.port}` });
  gate = await aGate(embedded.port);
  for (const name of ['shop', 'cart', 'desk'])
    await client.putService({
      name,
      spec: {
        name,
        target: { kind: 'lambda', function: name, alias: 'live' },
        strategy: [{ setWeight: 25 }, { bake: { minutes: 30 } }],
        rehearsal: { handler: 'v1.mjs', requestsPerSecond: 5 },
      },
    });
});
afterAll(async () => {
  await gate.close();
  await embedded.close();
  rmSync(folder, { recursive: true, force: true });
});

async function started(service: string): Promise<string> {
  const answer = await client.startDeployment({ service, artifact: { s3: { bucket: 'local', key: 'v2.mjs' } } });
  if (!('id' in answer)) throw new Error('A deployment that is no dry run has an id.');
  for (;;) {
    const { atPercent } = await client.readDeployment({ id: answer.id });
    if (atPercent === 25) return answer.id;
    await sleep(100);
  }
}

function watching(...args: string[]) {
  const child = spawn(process.execPath, ['src/cli/main.ts', 'watch', ...args], {
    env: { PATH: process.env.PATH, HOME: folder, SLIPWAY_URL: gate.url },
  });
  let text = '';
  child.stdout.on('data', (data: Buffer) => {
    text += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    text += data;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    child,
    ended,
    text: () => text,
    async says(pattern: RegExp) {
      while (!pattern.test(text)) await sleep(50);
    },
  };
}

test('without a terminal there is a line for each change with its time, no escape codes, and the outcome last', async () => {
  const id = await started('shop');
  const watch = watching('shop');
  await watch.says(/bake started/);
  await client.promoteDeployment({ id, reason: 'it is good' });
  expect(await watch.ended).toBe(0);
  const lines = watch.text().trimEnd().split('\n');
  expect(lines.slice(0, -1).every((line) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC {2}\S/.test(line))).toBe(true);
  expect(lines.at(-1)).toMatch(/^shop 1 -> 2: promoted after /);
  expect(watch.text()).not.toContain('\u001b');
});

test('a server that is away, answers 503, and comes back is waited for, and the deployment is followed to its end', async () => {
  const id = await started('cart');
  const watch = watching(id);
  await watch.says(/bake started/);
  gate.be('unavailable');
  await watch.says(/no answer/);
  gate.be('away');
  await sleep(2_500);
  gate.be('open');
  await watch.says(/there is an answer again/);
  await client.abortDeployment({ id, reason: 'not today' });
  expect(await watch.ended).toBe(2);
  expect(watch.text()).toMatch(/cart 1 -> 2: rolled back after .*\. not today/);
  expect(watch.text().match(/no answer/g)).toHaveLength(1);
});

test('Ctrl-C, a time limit and an awaited approval leave the deployment alone, and say how to come back', async () => {
  const id = await started('desk');
  const watch = watching('desk');
  await watch.says(/bake started/);
  watch.child.kill('SIGINT');
  expect(await watch.ended).toBe(130);
  expect(watch.text()).toContain(`Come back: slipway watch ${id}`);
  const late = watching(id, '--timeout', '1s');
  expect(await late.ended).toBe(5);
  expect(late.text()).toContain('the deployment goes on');
  expect((await client.readDeployment({ id })).status).toBe('rollingOut');
});

test('with --json each change is an object in a line, and the last one is the outcome', async () => {
  const { code, stdout } = await slipway(['watch', 'shop', '--json'], { url: gate.url });
  const objects = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(code).toBe(0);
  expect(objects.slice(0, -1).every(({ type }) => type === 'entry')).toBe(true);
  expect(objects.at(-1)).toMatchObject({ type: 'outcome', how: 'ended', status: 'promoted' });
});

test('without a word it watches what is in flight; an unknown service and an unknown id are refused', async () => {
  const watch = watching('--timeout', '1s');
  expect(await watch.ended).toBe(5);
  expect(watch.text()).toContain('desk 1 -> 2');
  expect(await slipway(['watch', 'nothing'], { url: gate.url })).toMatchObject({ code: 1 });
  expect(await slipway(['watch', `dep-${'0'.repeat(29)}`], { url: gate.url })).toMatchObject({ code: 1 });
});

test('a server that never answered ends the watch with 7 when the time is over', async () => {
  const ended = await slipway(['watch', `dep-${'0'.repeat(29)}`, '--timeout', '1s'], { url: 'http://127.0.0.1:9' });
  expect(ended.code).toBe(7);
  expect(ended.stderr).toContain('cannot be reached');
});

interface Gate {
  readonly url: string;
  readonly be: (state: 'open' | 'unavailable' | 'away') => void;
  readonly close: () => Promise<void>;
}

async function aGate(port: number): Promise<Gate> {
  let state: 'open' | 'unavailable' | 'away' = 'open';
  const server: Server = createServer(async (request, response) => {
    if (state === 'away') return void request.socket.destroy();
    if (state === 'unavailable') return void response.writeHead(503, { 'retry-after': '1' }).end();
    const answer = await fetch(`http://127.0.0.1:${port}${request.url}`);
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    be: (next) => {
      state = next;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
