/** Packs Slipway as `npm pack` does, and installs each Node with its npm, once, in the user's cache folder. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installNode, NODES } from './nodes.ts';

// biome-ignore lint/style/noDefaultExport: jest asks for one
export default function setup(): void {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-package-'));
  const answer = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // The lines of `prepack` come first.
  writeFileSync(join(folder, 'pack.json'), answer.slice(answer.search(/^[[{]$/m)));
  for (const node of NODES) installNode(node);
  process.env.SLIPWAY_TEST_PACKAGE = folder;
  // Where this machine's npm finds the settings of the machine, such as its registry and its certificates.
  process.env.SLIPWAY_TEST_NPM_SETTINGS = execFileSync('npm', ['config', 'get', 'globalconfig'], {
    encoding: 'utf8',
  }).trim();
}
