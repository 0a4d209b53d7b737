/**
 * Tests how `npm start` takes the handlers of teams. A fault of a handler is shown where a person looks for it, and the
 * message disappears when its service is removed.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';
import { type SlipwayClient, slipwayClient } from '../../src/api/client.ts';
import type { Embedded } from '../../src/embedded/embedded.ts';
import { anEmbedded } from './an-embedded.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-handlers-'));
const told: string[] = [];
let embedded: Embedded;
let client: SlipwayClient;

const write = (file: string, source: string) => writeFileSync(join(folder, file), source);
const local = (key: string) => ({ s3: { bucket: 'local', key } });

beforeAll(async () => {
  embedded = await anEmbedded(folder, { tell: (service, text) => told.push(`${service}: ${text}`) });
  client = slipwayClient({ baseUrl: `http://127.0.0.1:${embedded.port}` });
  write('fine.js', "exports.handler = async () => ({ statusCode: 200, body: 'fine' });");
  write(
    'bad.js',
    "exports.handler = async () => { console.log('order 7, password=abcdefgh'); throw new TypeError('no such order'); };",
  );
});
afterAll(async () => {
  await embedded.close();
  rmSync(folder, { recursive: true, force: true });
});

function put(name: string, handler: string, rehearsal: object = {}) {
  const target = { kind: 'lambda', function: name, alias: 'live' } as const;
  const strategy = [{ setWeight: 50 }, { bake: { minutes: 5 } }];
  const spec = { name, target, strategy, rehearsal: { handler, requestsPerSecond: 20, ...rehearsal } };
  return client.putService({ name, spec: spec as never });
}

const findingsOf = async (name: string, check: string) =>
  (await client.checkService({ name })).findings.filter((finding) => finding.check === check);

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await tick(100);
}

const call = (name: string) => embedded.cloud.invoke({ functionName: name, qualifier: 'live', event: {} });

test('a corrected handler replaces version 1 while no deployment has followed version 1', async () => {
  write('broken.js', 'exports.handler = ;');
  await put('corrected', 'broken.handler');
  expect(await call('corrected')).toMatchObject({ outcome: 'failed', errorType: 'Runtime.UserCodeSyntaxError' });
  await until(async () => (await findingsOf('corrected', 'handlerRuns')).length > 0);
  expect(await findingsOf('corrected', 'handlerRuns')).toMatchObject([
    { severity: 'warning', detail: expect.stringMatching(/^Version 1 has failed: .*broken\.js:1:18/) },
  ]);

  await put('corrected', 'fine.handler');
  expect(await call('corrected')).toMatchObject({
    outcome: 'answered',
    executedVersion: '1',
    payload: { body: 'fine' },
  });
  expect(await findingsOf('corrected', 'handlerRuns')).toEqual([]);
  expect(told).toContain('corrected: version 1 is replaced by fine.handler as it is now');
});

test('a changed handler is not live after a deployment, and the answer of check says how to make it live', async () => {
  await put('later', 'fine.handler');
  write('second.js', "exports.handler = async () => ({ statusCode: 200, body: 'second' });");
  const { id } = (await client.startDeployment({
    service: 'later',
    artifact: local('second.handler'),
    strategy: 'allAtOnce',
  })) as { id: string };
  await until(async () => (await client.readDeployment({ id })).settledAt !== null);
  write('third.js', "exports.handler = async () => ({ statusCode: 200, body: 'third' });");
  await put('later', 'third.handler');

  expect(await call('later')).toMatchObject({ payload: { body: 'second' } });
  const [finding] = await findingsOf('later', 'handlerIsLive');
  expect(finding?.detail).toMatch(
    /Version 2 stays live: third\.handler is not .*POST \/deploy .*"key":"third\.handler"/,
  );
});

test('the first error of a canary and its printed output are in the terminal, the timeline and explain, once each', async () => {
  await put('told', 'fine.handler');
  const { id } = (await client.startDeployment({ service: 'told', artifact: local('bad.handler') })) as { id: string };
  await until(async () => (await client.readDeployment({ id })).timeline.some(({ kind }) => kind === 'FirstErrorSeen'));
  await tick(1_000);

  const { timeline } = await client.readDeployment({ id });
  const entries = timeline.filter(({ kind }) => kind === 'FirstErrorSeen');
  expect(entries).toMatchObject([
    { because: expect.stringMatching(/^TypeError: no such order \(at .*bad\.js:1:\d+\)/) },
  ]);
  expect(entries[0]?.because).toContain('Printed last: order 7, password=***');
  expect(told.filter((line) => line.startsWith('told: version 2 has failed'))).toHaveLength(1);
  expect((await client.explainDeployment({ id })).turningPoints.map(({ kind }) => kind)).toContain('FirstErrorSeen');
  await client.abortDeployment({ id, reason: 'seen' });
  await until(async () => (await client.readDeployment({ id })).settledAt !== null);
});

test('missing code is refused before a deployment is opened, also in a dry run', async () => {
  await put('missing', 'fine.handler');
  for (const dryRun of [true, false]) {
    const asked = client.startDeployment({ service: 'missing', dryRun, artifact: local('gone.handler') });
    await expect(asked).rejects.toMatchObject({
      message: expect.stringContaining('There is no file gone with one of the endings'),
      details: { status: 422, errors: [{ pointer: '/artifact' }] },
    });
  }
  expect((await client.listDeployments({ service: 'missing' })).items).toEqual([]);
});

test('a service that was removed, and a target that its service has left, get no more calls', async () => {
  await put('removed', 'fine.handler');
  const calls = () => embedded.cloud.totals('removed').get('1')?.requests ?? 0;
  await until(() => calls() > 2);
  await client.removeService({ name: 'removed' });
  await tick(300);
  const before = calls();
  await tick(1_000);
  expect(calls()).toBe(before);
  expect(embedded.cloud.loads().some(({ functionName }) => functionName === 'removed')).toBe(false);
});

test('a fault of a layer or an event is reported by name and place, and the service is not registered', async () => {
  write('event.json', '{\n  "body": nothing\n}');
  await expect(put('layered', 'fine.handler', { layers: ['nowhere'] })).rejects.toThrow('There is no folder nowhere');
  await expect(put('evented', 'fine.handler', { event: 'event.json' })).rejects.toThrow(
    /event\.json is not JSON at line 2, column 12/,
  );
  await expect(put('evented', 'fine.handler', { event: 'gone.json' })).rejects.toThrow(
    'There is no event file gone.json',
  );
  await expect(client.readService({ name: 'evented' })).rejects.toMatchObject({ name: 'NotFound' });
});
