import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { slipwayClient } from '../../src/api/client.ts';
import { readServiceFile } from '../../src/cli/files/service-file.ts';
import { type Embedded, startEmbedded } from '../../src/embedded/embedded.ts';
import { folderOf } from '../../src/embedded/rehearsed-source.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'slipway-embedded-'));
const spec = { ...readServiceFile('examples/orders/slipway.yml'), strategy: 'allAtOnce' } as const;
let embedded: Embedded;

async function start() {
  embedded = await startEmbedded({ port: 0, dataDir, root: process.cwd(), log: () => {}, onFailure: () => {} });
  await embedded.register({ spec, folder: folderOf('examples/orders/slipway.yml'), by: 'the test' });
  return slipwayClient({ baseUrl: `http://localhost:${embedded.port}` });
}

afterAll(async () => {
  await embedded.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Counts the pods that take calls, by image. */
function pods(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { pod } of embedded.cloud.cluster.endpoints('shop', { service: 'orders' })) {
    const found = embedded.cloud.cluster.pods('shop').find(({ metadata }) => metadata.name === pod);
    const image = found?.spec.containers[0]?.image ?? '';
    counts[image] = (counts[image] ?? 0) + 1;
  }
  return counts;
}

test('a spec whose folder of manifests does not exist is refused as an invalid request and is not registered', async () => {
  const client = await start();
  const target = { ...spec.target, workload: 'none', manifests: { folder: 'none' } };
  try {
    const put = client.putService({ ...spec, name: 'none', target } as never);
    await expect(put).rejects.toMatchObject({ details: { status: 422 } });
    await expect(client.readService({ name: 'none' })).rejects.toMatchObject({ details: { status: 404 } });
  } finally {
    await embedded.close();
  }
});

test('a workload of the embedded server is deployed, survives a restart, and is rolled back after the restart', async () => {
  const client = await start();
  expect(pods()).toEqual({ 'local/orders/good.mjs:1': 3 });
  const started = await client.startDeployment({
    service: 'orders',
    artifact: { image: 'local/examples/orders/good-new.mjs:2' },
  });
  const id = 'id' in started ? started.id : '';
  while ((await client.readDeployment({ id })).settledAt === null) await sleep(100);
  expect(await client.readDeployment({ id })).toMatchObject({ status: 'promoted' });
  expect(pods()).toEqual({ 'local/examples/orders/good-new.mjs:2': 3 });
  await embedded.close();

  const again = await start();
  expect(pods()).toEqual({ 'local/examples/orders/good-new.mjs:2': 3 });
  const { id: back } = await again.startRollback({ service: 'orders', reason: 'The test wants it' });
  while ((await again.readDeployment({ id: back })).settledAt === null) await sleep(100);
  expect(pods()).toEqual({ 'local/orders/good.mjs:1': 3 });
});
