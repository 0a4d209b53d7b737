/** `node bench/bundle-parts.ts`: what each plugin of esbuild.config.js saves, in KB of three functions. */
import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { bundledBytes } from '../tests/repo/bundled.ts';

const MODULES = ['http/read-deployment', 'http/start-deployment', 'events/remediate-alarm'];

const { default: all } = (await import(resolve('esbuild.config.js'))) as { default: Plugin[] };
process.stdout.write(`${['', ...MODULES].map((module) => module.padStart(24)).join('')}\n`);
await print('all plugins', all);
for (const left of all)
  await print(
    `without ${left.name}`,
    all.filter((plugin) => plugin !== left),
  );

async function print(what: string, plugins: readonly Plugin[]): Promise<void> {
  const bytes = await bundledBytes(
    MODULES.map((module) => `src/functions/${module}.ts`),
    plugins,
  );
  const cells = bytes.map((size) => `${(size / 1_024).toFixed(0)} KB`.padStart(24));
  process.stdout.write(`${what.padStart(24)}${cells.join('')}\n`);
}
