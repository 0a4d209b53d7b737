/**
 * AWS's own runtime client for Node, `aws-lambda-ric`, in the user's cache. It is no dependency: installing it builds a native
 * part, for which a machine needs cmake and a compiler. Here `rapid-client.cjs` stands in the place of that part.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../python/virtual-environment.ts';

const run = promisify(execFile);

const PACKAGE = 'aws-lambda-ric';
const VERSION = '4.0.2';
const SHA512 = 'FE5Vskx7mYNnqAnWWJXUOsLp2VGgdsJsCoRLFTa8L4Yk0QVtArqR8q58yPA++QC1a73ZWJXBQ2AH31nIAv7NOQ==';

/** The path of its main module. Throws when npm cannot get the package, or gets another one. */
export async function runtimeClient(): Promise<string> {
  const folder = join(cacheFolder(), 'oracles', `${PACKAGE}-${VERSION}`);
  if (!existsSync(folder)) await fetchInto(folder);
  return join(folder, 'package', 'index.mjs');
}

/** Into a folder beside it first: what is there under its name is whole. */
async function fetchInto(folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-draft-`);
  try {
    // npm takes the package from wherever it is configured to, and runs no script of it.
    await run('npm', ['pack', `${PACKAGE}@${VERSION}`, '--silent', '--pack-destination', draft], { cwd: draft });
    const archive = join(draft, `${PACKAGE}-${VERSION}.tgz`);
    requireChecksum(readFileSync(archive));
    await run('tar', ['-xzf', archive, '-C', draft, 'package/index.mjs', 'package/package.json']);
    // The runtime client looks for its native part by this name; what it gets is the stand-in.
    writeFileSync(join(draft, 'package', 'rapid-client.node'), '');
    rmSync(archive);
    renameSync(draft, folder);
  } catch (cause) {
    // Another run was faster.
    if (existsSync(folder)) return;
    throw new Error(`${PACKAGE} could not be had: ${(cause as Error).message}`, { cause });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Throws when the archive is not the one that was looked at. */
export function requireChecksum(archive: Uint8Array): void {
  const found = createHash('sha512').update(archive).digest('base64');
  if (found !== SHA512) throw new Error(`${PACKAGE} ${VERSION} has the SHA-512 ${found}, and ${SHA512} was expected.`);
}
