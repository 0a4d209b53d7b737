/** Projects of the kinds that teams have. Each loads unchanged, gets an event of its kind, and answers. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RehearsalCloud } from '../../src/twin/cloud/cloud.ts';
import { anAdoptedFunction, PROJECTS } from './an-adopted-function.ts';

const clouds: RehearsalCloud[] = [];
afterEach(() => Promise.all(clouds.splice(0).map((cloud) => cloud.close())));

async function adopted(name: string, projects?: string) {
  const found = await anAdoptedFunction(name, projects);
  clouds.push(found.cloud);
  return found;
}

const release = 'one';
const http = (statusCode: number, body: object) => ({ statusCode, body: JSON.stringify(body) });

const ANSWERS: Readonly<Record<string, unknown>> = {
  'callback-environment': http(200, { table: 'orders', isInTime: true, release }),
  'cdk-output': http(200, { method: 'GET', path: '/items', release }),
  'express-commonjs': http(200, { order: '7', release }),
  'graphql-typescript': http(200, { data: { name: 'graphql-typescript' }, release }),
  'hono-typescript': http(200, { hello: 'you', loud: true, release }),
  'lambda-image': http(200, { path: '/', release }),
  'layers-as-folders': http(200, { says: 'hello shop!', release }),
  'middy-typescript': http(201, { order: 1, totalCents: 2_500, currency: 'EUR', release }),
  'sam-hello-world': http(200, {
    message: 'hello world',
    path: '/hello',
    stage: 'prod',
    by: 'sam-hello-world',
    release,
  }),
  'schedule-other-export': { cleanedUntil: '2030-01-01T00:00:00Z', release },
  'sqs-worker': { batchItemFailures: [] },
};

test('the list of this test has each project of the folder', () => {
  expect(readdirSync(PROJECTS).sort()).toEqual(Object.keys(ANSWERS));
});

test.each(Object.entries(ANSWERS))('%s loads unchanged and answers an event of its kind', async (name, answer) => {
  const { call } = await adopted(name);
  const result = await call();
  expect(result).toMatchObject({ outcome: 'answered', payload: answer, executedVersion: '1' });
});

describe('a project in a folder outside of Slipway', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-adopted-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('changed sources under the same handler are new code, and a changed comment is not', async () => {
    cpSync(join(PROJECTS, 'express-commonjs'), join(folder, 'express-commonjs'), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    const { cloud, target, put, call } = await adopted('express-commonjs', folder);
    const codeOf = async (version: string) =>
      (await cloud.ports.versions.describe(target, version)).fingerprint?.codeSha256;
    const publish = (deploymentId: string) => {
      const artifact = { s3: { bucket: 'local', key: 'index.handler' } };
      return cloud.ports.versions.publish({ target, artifact, deploymentId });
    };

    expect(await put()).toEqual({ version: '1', outcome: 'same' });
    const file = join(folder, 'express-commonjs', 'release.js');
    writeFileSync(file, `// About nothing.\n${readFileSync(file, 'utf8')}`);
    const commented = await publish('d1');
    writeFileSync(file, "exports.release = 'two';\n");
    const changed = await publish('d2');

    expect(await codeOf(commented)).toBe(await codeOf('1'));
    expect(await codeOf(changed)).not.toBe(await codeOf('1'));
    expect(await call(1, changed)).toMatchObject({ payload: { body: JSON.stringify({ order: '7', release: 'two' }) } });
    expect(await call(1, '1')).toMatchObject({ payload: { body: JSON.stringify({ order: '7', release }) } });
  });

  test('a folder of new code has its handler in the same place as the old code', async () => {
    cpSync(join(PROJECTS, 'sam-hello-world'), join(folder, 'sam'), { recursive: true });
    const { cloud, target, call } = await adopted('sam', folder);
    cpSync(join(folder, 'sam', 'hello-world'), join(folder, 'sam', 'build'), { recursive: true });
    writeFileSync(join(folder, 'sam', 'build', 'release.mjs'), "export const release = 'two';\n");
    const artifact = { s3: { bucket: 'local', key: 'build' } };
    const version = await cloud.ports.versions.publish({ target, artifact, deploymentId: 'd1' });
    expect(await call(1, version)).toMatchObject({ payload: { body: expect.stringContaining('"release":"two"') } });
  });
});
