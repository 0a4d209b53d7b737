/** Sends the samples of the docs page to what `npm start` runs, with the services of the examples. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';
import { type ContractName, contracts } from '../../src/api/all-contracts.ts';
import { sampleAnswers } from '../../src/api/sample-answers.ts';
import { sampleRequests } from '../../src/api/sample-requests.ts';
import { readServiceFile } from '../../src/cli/files/service-file.ts';
import { type Embedded, startEmbedded } from '../../src/embedded/embedded.ts';
import { folderOf } from '../../src/embedded/rehearsed-source.ts';

const root = new URL('../../', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'slipway-samples-'));
let embedded: Embedded;

beforeAll(async () => {
  embedded = await startEmbedded({ port: 0, dataDir: folder, root, log: () => {}, onFailure: () => {} });
  for (const name of ['checkout', 'orders']) {
    const path = join(root, 'examples', name, 'slipway.yml');
    await embedded.register({ spec: readServiceFile(path), folder: folderOf(path), by: 'npm start' });
  }
}, 120_000);
afterAll(async () => {
  await embedded.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly body: {
    readonly id?: string;
    readonly detail?: string;
    readonly errors?: readonly unknown[];
    readonly status?: string;
    readonly step?: { readonly number: number } | null;
  } | null;
}

/** Sends a sample as it is, except that the id of a deployment is one that exists. */
async function send(name: ContractName, { key, id }: { key?: string; id?: string } = {}): Promise<Answer> {
  const { method, path } = contracts[name];
  const { parameters = {}, bodies = {} } = sampleRequests[name];
  const values: Readonly<Record<string, unknown>> = { ...parameters, ...(id === undefined ? {} : { id }) };
  const filled = path.replace(/\{(\w+)\}/g, (_, parameter: string) => String(values[parameter]));
  const query = Object.entries(values).filter(([parameter]) => !path.includes(`{${parameter}}`));
  const search = query.map(([parameter, value]) => `${parameter}=${String(value)}`).join('&');
  const body = key === undefined ? Object.values(bodies)[0] : bodies[key];
  const response = await fetch(`http://127.0.0.1:${embedded.port}${filled}?${search}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body.body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

/** An alarm has its first data after ten seconds. Until then the preflight refuses a deployment. */
async function deployed(key: string): Promise<string> {
  for (;;) {
    const { status, body } = await send('startDeployment', { key });
    if (status === 202 && body?.id !== undefined) return body.id;
    expect({ status, errors: body?.errors }).toEqual({ status: 422, errors: undefined });
    await tick(1_000);
  }
}

async function until(id: string, isSo: (answer: NonNullable<Answer['body']>) => boolean): Promise<void> {
  for (;;) {
    const { body } = await send('readDeployment', { id });
    if (body !== null && isSo(body)) return;
    await tick(200);
  }
}

test('the samples of reading and checking work as they are', async () => {
  for (const name of ['readHealth', 'readReadiness', 'readOpenapi', 'listServices', 'readService'] as const)
    expect({ name, status: (await send(name)).status }).toEqual({ name, status: 200 });
  expect((await send('checkService')).status).toBe(200);
  // Nothing is quarantined, and the sample's deployment is another one: the requests are read, and refused for that.
  expect((await send('releaseService')).status).toBe(409);
  expect((await send('readDeployment')).status).toBe(404);
});

test('the samples deploy, steer and roll back the services of the examples', async () => {
  const id = await deployed('npmStart');
  expect((await send('listDeployments')).body).toMatchObject({ items: [{ id }] });
  expect(await send('explainDeployment', { id })).toMatchObject({ status: 200, body: { deployment: { id } } });
  await until(id, ({ step }) => step?.number === 2);
  expect((await send('pauseDeployment', { id })).status).toBe(202);
  await until(id, ({ status }) => status === 'paused');
  expect((await send('resumeDeployment', { id })).status).toBe(202);
  await until(id, ({ status }) => status === 'rollingOut');
  expect((await send('skipDeployment', { id })).status).toBe(202);
  // Nobody approves a deployment of their own.
  expect((await send('approveDeployment', { id })).status).toBe(403);
  expect((await send('abortDeployment', { id })).status).toBe(202);
  await until(id, ({ status }) => status === 'rolledBack');

  const again = (await send('retryDeployment', { id })).body?.id ?? '';
  await until(again, ({ step }) => step?.number === 2);
  expect((await send('promoteDeployment', { id: again })).status).toBe(202);
  await until(again, ({ status }) => status === 'promoted');
  expect((await send('startRollback')).status).toBe(202);

  const onCluster = await deployed('image');
  expect((await send('abortDeployment', { id: onCluster })).status).toBe(202);
}, 240_000);

test('the sample of a dry run checks, and the samples of a spec are registered with the sample answer', async () => {
  expect(await send('startDeployment', { key: 'dryRun' })).toMatchObject({ status: 200 });
  for (const key of ['lambda', 'short']) {
    const { status, body } = await send('putService', { key });
    expect({ key, status, detail: body?.detail }).toEqual({ key, status: 200, detail: undefined });
    if (key === 'lambda') expect(body).toMatchObject({ spec: Object(sampleAnswers.putService[201]).spec });
  }
}, 120_000);
