import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { CALLS_AWS, READS, TAKES_BACK } from '../../bench/bundle-goals.ts';
import { KNOWN_MISSES } from '../../bench/known-misses.ts';
import { bundledBytes } from './bundled.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-bundling-'));
afterAll(() => rmSync(folder, { recursive: true }));

function limitOf(functionKey: string): number {
  return KNOWN_MISSES[`size of ${functionKey}`]?.limit ?? CALLS_AWS.kilobytes;
}

test.each([
  ['readDeployment', 'http/read-deployment', READS.kilobytes],
  ['startDeployment', 'http/start-deployment', limitOf('startDeployment')],
  ['retryDeployment', 'http/retry-deployment', limitOf('retryDeployment')],
  ['remediateAlarm', 'events/remediate-alarm', TAKES_BACK.kilobytes],
])(
  'the code of %s is small: %s',
  async (_function, module, kilobytes) => {
    const [bytes = Number.NaN] = await bundledBytes([`src/functions/${module}.ts`]);

    expect(bytes / 1_024).toBeLessThanOrEqual(kilobytes);
  },
  60_000,
);

test.each([
  ['pg', 'drivers', 'lib/utils.js'],
  ['pgpass', 'drivers', 'lib/index.js'],
  ['pg-types', 'drivers', 'lib/textParsers.js'],
  ['drizzle-orm', 'drivers', 'pg-core/columns/all.js'],
  ['@aws-sdk/client-new', 'sdk', 'dist-es/runtimeConfig.js'],
  ['@smithy/core', 'sdk', 'dist-es/submodules/event-streams/index.js'],
  ['@smithy/signature-v4', 'sdk', 'dist-es/HeaderFormatter.js'],
])('bundling fails for a %s without a file that the plugin %s replaces', async (name, plugin, file) => {
  const bundle = bundleOf({ name, files: {}, plugin });

  await expect(bundle).rejects.toThrow(`node_modules/${name}/${file}, and the bundle does not load that file`);
});

const SCHEMAS = 'const _k = "key";\nexport var Shape$ = { [_k]: 1 };\n';
test.each([
  [
    'has a setting that is not known',
    { 'runtimeConfig.js': '        newSetting: 1,\n' },
    'reads the settings newSetting',
  ],
  ['has no settings', { 'runtimeConfig.js': 'export {};\n' }, 'are not where bundling/sdk.js looks'],
  ['has no computed keys', { 'schemas/schemas_0.js': 'export {};\n' }, 'has no computed keys'],
])('bundling fails for a client of the SDK that %s', async (_what, changed, message) => {
  const known = { 'runtimeConfig.js': '        region: 1,\n', 'schemas/schemas_0.js': SCHEMAS, ...changed };
  const files = Object.fromEntries(Object.entries(known).map(([path, text]) => [`dist-es/${path}`, text]));

  const bundle = bundleOf({ name: '@aws-sdk/client-other', files, plugin: 'sdk' });

  const error = expect.objectContaining({ text: expect.stringContaining(message) });
  await expect(bundle).rejects.toMatchObject({ errors: expect.arrayContaining([error]) });
});

test('bundling fails when an import of a builtin is left', async () => {
  const keeping: Plugin = {
    name: 'keeping',
    setup: ({ onResolve }) => onResolve({ filter: /^node:http$/ }, ({ path }) => ({ path, external: true })),
  };
  const stdin = { contents: "import { get } from 'node:http'; get('http://localhost');" };
  const plugins = [keeping, await pluginOf('builtins')];

  const left = build({
    stdin,
    plugins,
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    logLevel: 'silent',
  });

  await expect(left).rejects.toThrow('left an import of node:http');
});

test('bundling fails for a statement that is not prepared, instead of bundling all of Drizzle', async () => {
  const contents = `
    import { serviceStore } from './src/store/service-store.ts';
    import { sql } from 'drizzle-orm';
    export const list = (database) => [serviceStore(database), database.orm.execute(sql\`select 1\`)];`;
  const stdin = { contents, resolveDir: process.cwd() };
  const plugins = [await pluginOf('statements')];

  const unprepared = build({ stdin, plugins, bundle: true, platform: 'node', write: false, logLevel: 'silent' });

  await expect(unprepared).rejects.toThrow('a statement that is not within prepared(...)');
});

interface Bundle {
  readonly name: string;
  /** The texts of the files by their paths in the package. */
  readonly files: Readonly<Record<string, string>>;
  readonly plugin: string;
}

/** Bundles a package of that name, which loads all of its files, through one plugin. */
async function bundleOf({ name, files, plugin }: Bundle) {
  const root = join(folder, 'node_modules', name);
  const all = {
    ...files,
    'index.js': Object.keys(files)
      .map((path) => `import './${path}';\n`)
      .join(''),
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const stdin = { contents: `import '${name}';`, resolveDir: folder };
  return build({ stdin, plugins: [await pluginOf(plugin)], bundle: true, write: false, logLevel: 'silent' });
}

async function pluginOf(name: string): Promise<Plugin> {
  const { default: plugins } = (await import(resolve('esbuild.config.js'))) as { default: Plugin[] };
  const found = plugins.find((plugin) => plugin.name === name);
  if (found === undefined) throw new Error(`esbuild.config.js has no plugin ${name}.`);
  return found;
}
