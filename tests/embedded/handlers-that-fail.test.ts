/**
 * A handler that cannot run uses almost no processor time and memory, however much traffic it has. Each of its calls is
 * still an error.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';
import { type RehearsalCloud, rehearsalCloud } from '../../src/twin/cloud/cloud.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { realScheduler } from '../../src/twin/scheduler.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-failing-'));
let cloud: RehearsalCloud;
beforeEach(() => {
  cloud = rehearsalCloud({ scheduler: realScheduler(), random: seededRandom(1), mode: 'real', root: folder });
});
afterEach(() => cloud.close());
afterAll(() => rmSync(folder, { recursive: true }));

const write = (file: string, source: string) => writeFileSync(join(folder, file), source);
const put = (name: string, key: string, timeoutMs = 3_000) =>
  cloud.putHandler({ name, alias: 'live', artifact: { s3: { bucket: 'local', key } }, timeoutMs });
const call = (name: string) => cloud.invoke({ functionName: name, qualifier: 'live', event: {} });

test('each of eleven modules that cannot be loaded is tried once a second, and every call is an error', async () => {
  const names = Array.from({ length: 11 }, (_, index) => `broken-${index}`);
  for (const name of names) {
    const tries = JSON.stringify(join(folder, `${name}.tries`));
    write(`${name}.js`, `require('node:fs').appendFileSync(${tries}, 'x'); throw new Error('cannot be loaded');`);
    await put(name, `${name}.handler`);
  }
  const startedAt = performance.now();
  for (const name of names) cloud.setLoad({ functionName: name, alias: 'live', requestsPerSecond: 20 });
  await tick(4_000);
  for (const name of names) cloud.setLoad({ functionName: name, alias: 'live', requestsPerSecond: 0 });
  const seconds = (performance.now() - startedAt) / 1_000;

  for (const name of names) {
    expect(readFileSync(join(folder, `${name}.tries`), 'utf8').length).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
    const { requests = 0, errors = 0 } = cloud.totals(name).get('1') ?? {};
    expect(requests).toBeGreaterThan(0);
    expect(errors).toBe(requests);
    expect(cloud.firstErrors.of(name, '1')?.what).toBe('Error: cannot be loaded');
  }
});

test('a handler whose instance dies at each call is started once a second after the first few calls', async () => {
  const starts = join(folder, 'dies.starts');
  write(
    'dies.js',
    `require('node:fs').appendFileSync(${JSON.stringify(starts)}, 'x'); exports.handler = async () => process.exit(3);`,
  );
  await put('dies', 'dies.handler');
  const results = [];
  const startedAt = performance.now();
  for (let calls = 0; calls < 40; calls += 1) results.push(await call('dies'));
  const seconds = (performance.now() - startedAt) / 1_000;
  expect(results.every(({ outcome }) => outcome === 'failed')).toBe(true);
  expect(readFileSync(starts, 'utf8').length).toBeLessThanOrEqual(5 + Math.ceil(seconds));
  expect(results.at(-1)).toMatchObject({
    errorType: 'Runtime.ExitError',
    message: 'Runtime exited with error: exit status 3',
  });
});

test('an instance ends when its memory is used up, a rejection is unhandled, or a call takes too long', async () => {
  write(
    'ends.js',
    `let calls = 0;
exports.memory = async () => { const all = []; for (;;) all.push(new Array(1e6).fill(1.5)); };
exports.rejection = async () => { Promise.reject(new TypeError('lost')); await new Promise((done) => setTimeout(done, 2_000)); };
exports.late = async () => { calls += 1; if (calls > 1) await new Promise((done) => setTimeout(done, 60_000)); return calls; };`,
  );
  const typeOf = async (name: string) => {
    const result = await call(name);
    return result.outcome === 'failed' ? result.errorType : result;
  };
  await put('memory', 'ends.memory', 50_000);
  expect(await typeOf('memory')).toBe('Runtime.OutOfMemory');
  await put('rejection', 'ends.rejection');
  expect(await typeOf('rejection')).toBe('Runtime.UnhandledPromiseRejection');
  await put('late', 'ends.late', 1_000);
  expect(await call('late')).toMatchObject({ payload: 1 });
  expect(await typeOf('late')).toBe('Sandbox.Timedout');
  expect(await call('late')).toMatchObject({ payload: 1 });
});

test('the error for a Python handler, a Java handler, an archive and a missing handler names each of them', async () => {
  write('app.py', 'def handler(event, context): pass');
  await expect(put('python', 'app.handler')).rejects.toThrow(
    'in Python. It works in AWS; npm start runs Node handlers.',
  );
  await expect(put('archive', 'build.zip')).rejects.toThrow('is an archive');
  await expect(put('gone', 'src/gone.handler')).rejects.toThrow(
    'There is no file src/gone with one of the endings .js, .mjs',
  );
});

test('files with one name are searched in the order of the AWS runtime, and TypeScript comes last', async () => {
  for (const ending of ['ts', 'cjs', 'mjs', 'js']) {
    write(
      `index.${ending}`,
      ending === 'mjs' || ending === 'ts'
        ? `export const handler = async () => '${ending}';`
        : `exports.handler = async () => '${ending}';`,
    );
    await put(`fn-${ending}`, 'index.handler');
    expect(await call(`fn-${ending}`)).toMatchObject({ payload: ending });
    if (ending !== 'ts' && ending !== 'js') rmSync(join(folder, `index.${ending}`));
  }
});

test('the answer of a streaming handler holds everything that it wrote', async () => {
  write(
    'streams.mjs',
    `export const handler = awslambda.streamifyResponse(async (event, stream) => {
  const response = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'x-a': 'b' } });
  response.write('one ');
  await new Promise((done) => setTimeout(done, 5));
  response.end('two');
});`,
  );
  await put('streams', 'streams.handler');
  expect(await call('streams')).toMatchObject({
    payload: { statusCode: 201, headers: { 'x-a': 'b' }, body: 'one two' },
  });
});

test('a handler does not get the credentials of the person who runs npm start', async () => {
  write(
    'keys.js',
    'exports.handler = async () => [process.env.AWS_ACCESS_KEY_ID, process.env.HOME ?? null, process.env.PATH ?? null];',
  );
  await put('keys', 'keys.handler');
  expect(await call('keys')).toMatchObject({ payload: ['rehearsal', null, null] });
});

test('a package with compiled parts stays outside the bundle, and a bundle of modules has require', async () => {
  mkdirSync(join(folder, 'node_modules', 'compiled', 'prebuilds'), { recursive: true });
  write('node_modules/compiled/package.json', '{ "name": "compiled", "version": "1.0.0", "main": "index.js" }');
  write(
    'node_modules/compiled/index.js',
    'exports.place = __filename; exports.found = require("node:fs").existsSync(__dirname + "/prebuilds");',
  );
  write(
    'native.mjs',
    `import { place, found } from 'compiled';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
export const handler = async () => ({ found, isOutside: place.endsWith('node_modules/compiled/index.js'), path: require('node:path').sep });`,
  );
  await put('native', 'native.handler');
  expect(await call('native')).toMatchObject({ payload: { found: true, isOutside: true, path: '/' } });
});
