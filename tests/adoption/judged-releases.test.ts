/**
 * Runs each project as its team would bring it, in `npm start`. A release whose failures users see is rolled back, and
 * a good release is promoted.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { slipwayClient } from '../../src/api/client.ts';
import { readServiceFile } from '../../src/cli/files/service-file.ts';
import { isSlipwayError } from '../../src/domain/errors.ts';
import type { Embedded } from '../../src/embedded/embedded.ts';
import { folderOf } from '../../src/embedded/rehearsed-source.ts';
import { anEmbedded } from '../embedded/an-embedded.ts';
import { PROJECTS } from './an-adopted-function.ts';

const NAMES = readdirSync(PROJECTS);
const LOOK_EVERY_MS = 250;
const folder = mkdtempSync(join(tmpdir(), 'slipway-judged-'));
const failures: string[] = [];
let embedded: Embedded;

beforeAll(async () => {
  for (const name of NAMES) cpSync(join(PROJECTS, name), join(folder, name), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  embedded = await anEmbedded(folder, { onFailure: (what, error) => failures.push(`${what}: ${error}`) });
  const files = NAMES.map((name) => join(folder, name, 'slipway.yml'));
  for (const file of files) {
    await embedded.register({ spec: readServiceFile(file), folder: folderOf(file), by: 'npm start' });
  }
});

afterAll(async () => {
  await embedded.close();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Eleven deployments at once make more calls than Lambda's control plane accepts. The answer says so, and the test
 * tries again.
 */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isSlipwayError(error, 'Transient')) throw error;
      await sleep(1_000);
    }
  }
}

const client = () => slipwayClient({ baseUrl: `http://127.0.0.1:${embedded.port}` });

/** Does what an edit of the team would do: the same handler with other code. */
function edit(name: string, release: 'broken' | 'two'): void {
  const file = readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }).find((path) =>
    /(^|\/)release\.\w+$/.test(path),
  );
  const path = file === undefined ? inlined(name) : join(folder, name, file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace(/(release\b[^=\n]*= )'\w+'/, `$1'${release}'`));
}

/** A bundle has no separate file for the release. */
function inlined(name: string): string {
  const file = readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith('index.js'),
  );
  return join(folder, name, file ?? '');
}

async function released(name: string) {
  const { rehearsal } = readServiceFile(join(folder, name, 'slipway.yml'));
  const artifact = { s3: { bucket: 'local', key: rehearsal?.handler ?? '' } };
  const started = await patiently(() => client().startDeployment({ service: name, artifact }));
  if (!('id' in started)) throw new Error(`${name} was not deployed: ${JSON.stringify(started)}`);
  for (;;) {
    const shown = await client().readDeployment({ id: started.id });
    if (shown.settledAt !== null) return shown;
    await sleep(LOOK_EVERY_MS);
  }
}

async function whenAlarmsHaveData(): Promise<void> {
  for (const name of NAMES) {
    for (;;) {
      const { findings } = await patiently(() => client().checkService({ name }));
      if (findings.every(({ severity }) => severity !== 'error')) break;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

test('all eleven projects load, and their alarms see them', async () => {
  expect(NAMES.length).toBeGreaterThan(10);
  await whenAlarmsHaveData();
});

test('a release that fails for its users is rolled back automatically, with whatever tools the project is made', async () => {
  for (const name of NAMES) edit(name, 'broken');
  const ended = await Promise.all(NAMES.map(released));
  expect(ended.map(({ service, status, atPercent }) => ({ service, status, atPercent }))).toEqual(
    NAMES.map((service) => ({ service, status: 'rolledBack', atPercent: 0 })),
  );
  for (const { because } of ended) expect(because).toMatch(/^Alarm [\w-]+-errors turned red/);
});

test('a good release is promoted after a rollback', async () => {
  await whenAlarmsHaveData();
  for (const name of NAMES) edit(name, 'two');
  const ended = await Promise.all(NAMES.map(released));
  expect(ended.map(({ service, status, atPercent }) => ({ service, status, atPercent }))).toEqual(
    NAMES.map((service) => ({ service, status: 'promoted', atPercent: 100 })),
  );
  expect(failures).toEqual([]);
});
