import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { slipwayClient } from '../../src/api/client.ts';
import type { Embedded } from '../../src/embedded/embedded.ts';
import { anEmbedded } from './an-embedded.ts';

/**
 * Runs what `npm start` runs, with a service whose API calls the function without an alias. Most tools set an API up in
 * this way.
 */
const folder = mkdtempSync(join(tmpdir(), 'slipway-triggers-'));
let running: Embedded | undefined;

afterAll(async () => {
  await running?.close();
  rmSync(folder, { recursive: true, force: true });
});

const target = { kind: 'lambda', function: 'hello', alias: 'live' } as const;
const spec = (...triggers: readonly object[]) =>
  ({
    name: 'hello',
    target,
    strategy: [{ setWeight: 10 }, { bake: { minutes: 5 } }],
    rehearsal: { handler: 'v1.mjs', requestsPerSecond: 5, triggers },
  }) as never;
const artifact = { s3: { bucket: 'local', key: 'v2.mjs' } };
const past = { kind: 'api', name: 'shop', requestsPerSecond: 10 } as const;

test('a deployment whose API bypasses the alias is refused, and a hotfix shows what would have happened', async () => {
  writeFileSync(join(folder, 'v1.mjs'), "export const handler = async () => 'one';");
  writeFileSync(join(folder, 'v2.mjs'), "export const handler = async () => 'two';");
  running = await anEmbedded(folder);
  const { cloud, port } = running;
  const client = slipwayClient({ baseUrl: `http://127.0.0.1:${port}` });
  const uses = async () => {
    const { findings } = await client.checkService({ name: 'hello' });
    return findings.filter(({ check }) => check === 'triggersUseAlias').map(({ severity }) => severity);
  };
  const answers = async () => {
    const asked = [undefined, 'live'].map((qualifier) => cloud.invoke({ functionName: 'hello', qualifier, event: {} }));
    return (await Promise.all(asked)).map((answer) => ('payload' in answer ? answer.payload : answer));
  };

  await client.putService({ name: 'hello', spec: spec(past) });
  expect(await uses()).toContain('error');
  await expect(client.startDeployment({ service: 'hello', artifact })).rejects.toMatchObject({
    message: expect.stringContaining('API shop'),
  });
  expect(await answers()).toEqual(['one', 'one']);

  const hotfix = await client.startDeployment({ service: 'hello', artifact, hotfix: true });
  const id = 'id' in hotfix ? hotfix.id : '';
  for (let seen: unknown = 'one'; seen !== 'two'; ) [seen] = await answers();
  await client.startRollback({ service: 'hello', reason: 'to show it' });
  while ((await client.readDeployment({ id })).settledAt === null) await new Promise((done) => setTimeout(done, 50));
  // The alias is back on stable. The calls of the API got the new code at once, and no rollback reaches them.
  expect(await answers()).toEqual(['two', 'one']);

  await client.putService({ name: 'hello', spec: spec({ ...past, calledAs: 'live' }) });
  // Waits until a whole period has passed without a call of the function itself.
  while ((await uses()).includes('error')) await new Promise((done) => setTimeout(done, 500));
});
