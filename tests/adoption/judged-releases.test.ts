/** Each project as its team would bring it, under what `npm start` runs: a release that its users see fail is taken back, a good one stays. */
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
}, 120_000);

afterAll(async () => {
  await embedded.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Eleven at once ask for more than Lambda's control plane takes; the answer says so, and is asked for again. */
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

/** As after an edit of the team: the same handler, with other code behind it. */
function edit(name: string, release: 'broken' | 'two'): void {
  const file = readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }).find((path) =>
    /(^|\/)release\.\w+$/.test(path),
  );
  const path = file === undefined ? inlined(name) : join(folder, name, file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace(/(release\b[^=\n]*= )'\w+'/, `$1'${release}'`));
}

/** A bundle has no file of its own for it. */
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

test('ten projects and one more load, and their alarms see them', async () => {
  expect(NAMES.length).toBeGreaterThan(10);
  await whenAlarmsHaveData();
}, 120_000);

test('a release that fails its users is taken back by itself, whatever the project is made with', async () => {
  for (const name of NAMES) edit(name, 'broken');
  const ended = await Promise.all(NAMES.map(released));
  expect(ended.map(({ service, status, atPercent }) => ({ service, status, atPercent }))).toEqual(
    NAMES.map((service) => ({ service, status: 'rolledBack', atPercent: 0 })),
  );
  for (const { because } of ended) expect(because).toMatch(/^Alarm [\w-]+-errors turned red/);
}, 240_000);

test('a good release is promoted after that', async () => {
  await whenAlarmsHaveData();
  for (const name of NAMES) edit(name, 'two');
  const ended = await Promise.all(NAMES.map(released));
  expect(ended.map(({ service, status, atPercent }) => ({ service, status, atPercent }))).toEqual(
    NAMES.map((service) => ({ service, status: 'promoted', atPercent: 100 })),
  );
  expect(failures).toEqual([]);
}, 240_000);
