import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';
import { slipwayClient } from '../../src/api/client.ts';
import { openDataFolder } from '../../src/embedded/data-folder.ts';
import type { Embedded } from '../../src/embedded/embedded.ts';
import { anEmbedded } from './an-embedded.ts';

/**
 * Runs what `npm start` runs, in real time: real handlers in worker threads, PGlite on disk and the shipped state
 * machines.
 */
const folder = mkdtempSync(join(tmpdir(), 'slipway-embedded-'));
const failures: string[] = [];
let running: Embedded | undefined;

afterAll(async () => {
  await running?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<Embedded> {
  running = await anEmbedded(folder, { onFailure: (what, error) => failures.push(`${what}: ${error}`) });
  return running;
}

const clientOf = ({ port }: Embedded) => slipwayClient({ baseUrl: `http://127.0.0.1:${port}` });

async function settled(embedded: Embedded, id: string) {
  for (;;) {
    const shown = await clientOf(embedded).readDeployment({ id });
    if (shown.settledAt !== null) return shown;
    await tick(20);
  }
}

test('a handler that is registered over HTTP is deployed and rolled back, and its history survives a restart', async () => {
  writeFileSync(join(folder, 'v1.mjs'), "export const handler = async () => ({ statusCode: 200, body: 'one' });");
  writeFileSync(join(folder, 'v2.mjs'), "export const handler = async () => ({ statusCode: 200, body: 'two' });");
  const first = await start();
  const client = clientOf(first);
  await client.putService({
    name: 'hello',
    spec: {
      name: 'hello',
      target: { kind: 'lambda', function: 'hello', alias: 'live' },
      strategy: 'allAtOnce',
      rehearsal: { handler: 'v1.mjs', requestsPerSecond: 5 },
    },
  });
  const before = await first.cloud.invoke({ functionName: 'hello', qualifier: 'live', event: {} });
  expect(before).toMatchObject({ executedVersion: '1', payload: { body: 'one' } });

  const started = await client.startDeployment({
    service: 'hello',
    artifact: { s3: { bucket: 'local', key: 'v2.mjs' } },
  });
  const id = 'id' in started ? started.id : '';
  expect(await settled(first, id)).toMatchObject({ status: 'promoted', stable: '1', canary: '2' });
  const answer = await first.cloud.invoke({ functionName: 'hello', qualifier: 'live', event: {} });
  expect(answer).toMatchObject({ outcome: 'answered', payload: { body: 'two' } });

  const back = await client.startRollback({ service: 'hello', reason: 'to show it' });
  expect(await settled(first, back.id)).toMatchObject({ status: 'rolledBack', kind: 'rollback', stable: '1' });
  await first.close();

  const second = await start();
  expect((await clientOf(second).listDeployments({})).items.map((one) => one.id)).toEqual([back.id, id]);
  expect(await clientOf(second).readReadiness()).toMatchObject({ ready: true });
  expect(second.cloud.lambda.getAlias('hello', { alias: 'live' })).toMatchObject({ functionVersion: '1', weights: {} });
  const owed = [...(await clientOf(second).readDeployment({ id })).timeline].map(
    ({ sequence }) => `${id}-${String(sequence).padStart(4, '0')}-event`,
  );
  expect(second.cloud.delivered().map((message) => message.id)).toEqual(expect.arrayContaining(owed));
  expect(failures).toEqual([]);
});

test('a process that is stopped during a bake exits at once, and the next process rolls the rollout back', async () => {
  const first = running ?? (await start());
  const { id } = (await clientOf(first).startDeployment({
    service: 'hello',
    artifact: { s3: { bucket: 'local', key: 'v2.mjs' } },
    strategy: [{ setWeight: 50 }, { bake: { minutes: 50 } }],
  })) as { readonly id: string };
  const statusOf = async (embedded: Embedded) => clientOf(embedded).readDeployment({ id });
  while ((await statusOf(first)).atPercent === 0) await tick(20);
  expect(first.workflows.running()).toHaveLength(1);

  await first.close();
  expect(first.workflows.running()).toEqual([]);

  expect(await settled(await start(), id)).toMatchObject({
    status: 'rolledBack',
    atPercent: 0,
    because: 'Slipway was stopped in the middle of it',
  });
});

test('a service that asks for the target of another service is refused, and the calls of that target do not change', async () => {
  const embedded = running as Embedded;
  const loads = () => JSON.stringify(embedded.cloud.loads());
  const before = loads();
  const target = { kind: 'lambda', function: 'hello', alias: 'live' } as const;
  const spec = { name: 'twin', target, rehearsal: { handler: 'v2.mjs', requestsPerSecond: 1 } };

  await expect(clientOf(embedded).putService({ name: 'twin', spec })).rejects.toMatchObject({ name: 'Conflict' });
  expect(loads()).toBe(before);
});

test('a missing handler is refused by its name, and the service is not registered', async () => {
  const client = clientOf(running as Embedded);
  const spec = {
    name: 'gone',
    target: { kind: 'lambda', function: 'gone', alias: 'live' },
    rehearsal: { handler: 'nowhere.mjs' },
  } as const;

  await expect(client.putService({ name: 'gone', spec })).rejects.toMatchObject({
    message: expect.stringContaining('nowhere.mjs'),
    details: { status: 422, errors: [{ pointer: '/rehearsal', detail: expect.stringContaining('Correct the') }] },
  });
  await expect(client.readService({ name: 'gone' })).rejects.toMatchObject({ name: 'NotFound' });
});

test('a folder that a running process holds is refused with the next step; the lock of a dead process is taken over', () => {
  const path = join(folder, 'held');
  openDataFolder(path);
  writeFileSync(join(path, 'process.lock'), String(process.ppid));
  expect(() => openDataFolder(path)).toThrow(/is in use by process \d+.*--data/);

  writeFileSync(join(path, 'process.lock'), '999999999');
  openDataFolder(path).unlock();
  expect(existsSync(join(path, 'process.lock'))).toBe(false);
});

test('a listener that fails is reported, although its event is tried again', async () => {
  const embedded = running ?? (await start());
  const before = failures.length;
  // An event without a timestamp, which EventBridge never sends.
  const detail = { alarmName: 'hello-errors', state: { value: 'ALARM' } };
  embedded.cloud.bus.putEvent({ source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm State Change', detail });
  while (failures.length === before) await tick(20);
  expect(failures.at(-1)).toMatch(/^remediateAlarm: /);
});
