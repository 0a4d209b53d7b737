/** What a person is told of a judge that cannot decide, when a service is put, checked or tried without being deployed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { slipwayClient } from '../../src/api/client.ts';
import type { Embedded } from '../../src/embedded/embedded.ts';
import { anEmbedded } from './an-embedded.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-doubts-'));
let running: Embedded;
beforeAll(async () => {
  writeFileSync(join(folder, 'v1.mjs'), 'export const handler = async () => ({ statusCode: 200 });');
  running = await anEmbedded(folder);
});
afterAll(async () => {
  await running.close();
  rmSync(folder, { recursive: true, force: true });
});

const client = () => slipwayClient({ baseUrl: `http://127.0.0.1:${running.port}` });

/** The service of the README with the sequential judge. */
const hello = (bakeMinutes: number, requestsPerSecond: number) => ({
  name: 'hello',
  target: { kind: 'lambda' as const, function: 'hello', alias: 'live' },
  strategy: [{ setWeight: 25 }, { bake: { minutes: bakeMinutes } }, { judge: {} }],
  judge: { kind: 'sequential' as const },
  alarms: ['hello-errors'],
  rehearsal: { handler: 'v1.mjs', requestsPerSecond },
});
const put = (bakeMinutes: number, requestsPerSecond: number) =>
  client().putService({ name: 'hello', spec: hello(bakeMinutes, requestsPerSecond) });

test('a service whose judge can never decide is refused with the field and the bake that is enough', async () => {
  await expect(put(2, 20)).rejects.toMatchObject({
    details: { errors: [{ pointer: '/judge/warmUp', detail: expect.stringContaining('Bake for 3 minutes or more') }] },
  });
});

test('a service whose traffic is too little for its judge is registered with a finding, and so is it checked', async () => {
  expect(await put(4, 20)).not.toHaveProperty('findings');
  const finding = {
    severity: 'warning',
    check: 'judgeDecides',
    subject: 'hello',
    detail: expect.stringMatching(/^At 0.5 requests a second the new version has about \d+ requests that count/),
  };
  expect(await put(4, 0.5)).toMatchObject({ findings: [finding] });
  expect(await client().readService({ name: 'hello' })).not.toHaveProperty('findings');
  const { findings } = await client().checkService({ name: 'hello' });
  expect(findings.filter(({ check }) => check === 'judgeDecides')).toEqual([finding]);

  const artifact = { s3: { bucket: 'local', key: 'v1.mjs' } };
  const dry = await client().startDeployment({ service: 'hello', artifact, dryRun: true });
  expect(dry).toMatchObject({ findings: expect.arrayContaining([finding]) });
  const strategy = [{ setWeight: 50 }, { bake: { minutes: 60 } }, { judge: {} }];
  const longer = await client().startDeployment({ service: 'hello', artifact, dryRun: true, strategy });
  expect(longer).not.toMatchObject({ findings: expect.arrayContaining([finding]) });
});

test('a strategy of one deployment by which the judge can never decide is refused', async () => {
  const artifact = { s3: { bucket: 'local', key: 'v1.mjs' } };
  const strategy = [{ setWeight: 50 }, { bake: { minutes: 1 } }, { judge: {} }];
  await expect(client().startDeployment({ service: 'hello', artifact, strategy })).rejects.toThrow(
    /no version can pass it/,
  );
});
