import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Installation, installPackage, packed } from './an-installation.ts';
import { NODES } from './nodes.ts';

const SIZE_MAX = 10_000_000;

const [oldest] = NODES;
if (oldest === undefined) throw new Error('There is no Node to try.');
let installation: Installation;
let folder: string;

beforeAll(async () => {
  installation = await installPackage(oldest);
  folder = join(installation.folder, 'node_modules/slipway');
});

afterAll(() => installation.remove());

test('the package has at most 10 MB', () => {
  expect(packed().size).toBeLessThan(SIZE_MAX);
});

test('the package has its licence and README, what its programs read, and neither sources nor tests', () => {
  const paths = packed().files.map(({ path }) => path);
  const top = new Set(paths.map((path) => path.split('/')[0]));
  expect([...top].sort()).toEqual(
    [
      'LICENSE',
      'README.md',
      'bin',
      'dist',
      'examples',
      'package.json',
      'serverless.yml',
      'src',
      'stepfunctions',
    ].sort(),
  );
  expect(paths.filter((path) => /\.(ts|tsx)$|\.test\.|(^|\/)\.env/.test(path))).toEqual([]);
  expect(paths.filter((path) => path.startsWith('src/'))).toEqual(['src/rehearse/model/prices.json']);
});

test('the maps have the lines of the sources, and not the sources', () => {
  const maps = packed().files.filter(({ path }) => path.endsWith('.js.map'));
  expect(maps.length).toBeGreaterThan(10);
  for (const { path } of maps) {
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(folder, path), 'utf8'));
    expect({ path, sourcesContent, sources: sources.filter((source: string) => !source.startsWith('../')) }).toEqual({
      path,
      sourcesContent: undefined,
      sources: [],
    });
  }
});

test('the licence of every package whose code is in the package goes with it', () => {
  const text = readFileSync(join(folder, 'dist/THIRD-PARTY.txt'), 'utf8');
  const maps = readdirSync(join(folder, 'dist')).filter((name) => name.endsWith('.map'));
  const sources = maps.flatMap(
    (name) => JSON.parse(readFileSync(join(folder, 'dist', name), 'utf8')).sources as string[],
  );
  const names = sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
  const missing = [...new Set([...names, 'swagger-ui-dist', 'esbuild'])].filter((name) => !text.includes(`\n${name} `));
  expect(names.length).toBeGreaterThan(10);
  expect(missing).toEqual([]);
});

test('npm installs PGlite and the binary of esbuild beside the package, and nothing that runs a script', () => {
  const { packages } = JSON.parse(readFileSync(join(installation.folder, 'node_modules/.package-lock.json'), 'utf8'));
  const names = Object.keys(packages).map((path) => path.replace('node_modules/', ''));
  expect(names.filter((name) => !name.startsWith('@esbuild/')).sort()).toEqual(['@electric-sql/pglite', 'slipway']);
  expect(names.filter((name) => name.startsWith('@esbuild/'))).toHaveLength(1);
  expect(Object.values(packages).filter((one) => (one as { hasInstallScript?: true }).hasInstallScript)).toEqual([]);
});

/** A name that a module of Node does not have is an error when the program is loaded. */
test('every part of the programs loads under the oldest Node', () => {
  const programs = ['main.js', 'handler-worker.js', 'batch-worker.js'];
  const parts = readdirSync(join(folder, 'dist')).filter((name) => name.endsWith('.js') && !programs.includes(name));
  const urls = parts.map((name) => pathToFileURL(join(folder, 'dist', name)).href);
  installation.write(
    'load.mjs',
    `for (const url of ${JSON.stringify(urls)}) await import(url);\nconsole.log('loaded');\n`,
  );
  expect(parts.length).toBeGreaterThan(20);
  for (const program of programs) expect(existsSync(join(folder, 'dist', program))).toBe(true);
  return installation
    .run('node', ['load.mjs'])
    .then(({ code, out, err }) => expect({ code, out, err }).toEqual({ code: 0, out: 'loaded\n', err: '' }));
});

test('a Node that is too old gets a sentence, and no stack', () => {
  const program = `Object.defineProperty(process.versions, 'node', { value: '18.19.0' }); await import('./node_modules/slipway/bin/slipway.js');`;
  installation.write('old.mjs', program);
  return installation.run('node', ['old.mjs']).then(({ code, err }) => {
    expect({ code, err }).toEqual({
      code: 1,
      err: '\nSlipway needs Node 20.12 or later, and this is Node 18.19.0. Install a later Node.\n\n',
    });
  });
});

test('a clone runs its sources under its own Node, whatever Node the machine has', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const program = new URL('../../bin/slipway.js', import.meta.url).pathname;
  expect(await installation.run('node', [program, '--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  expect(await installation.run('node', [program, 'nonsense'])).toMatchObject({ code: 1, out: '' });
});
