/**
 * Compiles Helm once, from its pinned Go module, into a folder of the user's cache. This needs only the Go toolchain.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../python/virtual-environment.ts';

const MODULE = new URL('./tools/helm/', import.meta.url).pathname;
const BUILD = ['build', '-trimpath', '-ldflags=-s -w'];

/** Returns the folder that has the program `helm`. */
export async function installHelm(): Promise<string> {
  const hash = createHash('sha256').update(BUILD.join());
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(MODULE, file)));
  const folder = join(cacheFolder(), 'adopt-helm', hash.digest('hex').slice(0, 12));
  if (!existsSync(folder)) {
    process.stderr.write(
      'Building Helm for the tests of examples/adopt. This happens once, and takes a few minutes.\n',
    );
    await build(folder);
  }
  return folder;
}

/** Builds into a temporary folder first, so that a folder under the final name is always complete. */
async function build(folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-draft-`);
  try {
    const env = { ...process.env, CGO_ENABLED: '0' };
    const args = [...BUILD, '-o', `${draft}/`, 'helm.sh/helm/v3/cmd/helm'];
    await promisify(execFile)('go', args, { cwd: MODULE, env, maxBuffer: 64 << 20 });
    renameSync(draft, folder);
  } catch (cause) {
    // Another run has built it in the meantime.
    if (existsSync(folder)) return;
    const needed = /^go (\d+\.\d+)/m.exec(readFileSync(join(MODULE, 'go.mod'), 'utf8'))?.[1];
    const message = `Helm could not be built; the tests of examples/adopt need Go ${needed} or later. ${(cause as Error).message}`;
    throw new Error(message, { cause });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
