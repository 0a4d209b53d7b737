/** The functions as `serverless deploy` would upload them, unpacked from a real `serverless package`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readZip } from './zip.ts';

export interface Artefact {
  readonly functionKey: string;
  readonly zipBytes: number;
  /** The size of the code. The files of the docs page are not loaded, so they do not count. */
  readonly codeBytes: number;
  /** The module to import. */
  readonly module: string;
}

export function packageFunctions(folder: string): readonly Artefact[] {
  const packages = join(folder, 'package');
  execFileSync('serverless', ['package', '--stage', 'dev', '--package', packages], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return readdirSync(packages)
    .filter((file) => file.endsWith('.zip'))
    .map((file) => unpack(join(packages, file), join(folder, file.replace('.zip', ''))));
}

function unpack(zip: string, folder: string): Artefact {
  const files = readZip(zip);
  for (const [name, content] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const code = [...files].filter(([name]) => name.startsWith('src/'));
  const [module] = code.map(([name]) => name).filter((name) => name.endsWith('.mjs'));
  if (module === undefined) throw new Error(`${zip} has no module in it.`);
  return {
    functionKey: folder.split('/').at(-1) ?? '',
    zipBytes: statSync(zip).size,
    codeBytes: code.reduce((sum, [, { length }]) => sum + length, 0),
    module: join(folder, module),
  };
}
