/**
 * Fetches AWS's own runtime client for Node, `aws-lambda-ric`, into the user's cache. It is no dependency, because its
 * installation builds a native part, which needs cmake and a compiler. Here `rapid-client.cjs` replaces that part.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../python/virtual-environment.ts';

const run = promisify(execFile);

const PACKAGE = 'aws-lambda-ric';

interface Release {
  readonly version: string;
  readonly sha512: string;
  /** The module that is started, and the files that it needs. */
  readonly main: string;
  readonly parts: readonly string[];
  /** The file that replaces the native part. */
  readonly native: string;
}

/** Up to Node 22 a handler may take a callback. */
const RELEASES = {
  'nodejs24.x': {
    version: '4.0.2',
    sha512: 'FE5Vskx7mYNnqAnWWJXUOsLp2VGgdsJsCoRLFTa8L4Yk0QVtArqR8q58yPA++QC1a73ZWJXBQ2AH31nIAv7NOQ==',
    main: 'package/index.mjs',
    parts: [],
    native: 'package/rapid-client.node',
  },
  'nodejs22.x': {
    version: '3.2.1',
    sha512: 'BK5gIxNmipudgLPe/vOKpWiAk1RcyPXygyfwNS5F+FIxABKdK1ZGJX1p4ouOligA+8S6p8yY7zSKIY3hHz58/g==',
    main: 'package/bin/index.mjs',
    parts: ['package/dist/index.mjs'],
    native: 'package/dist/rapid-client.node',
  },
} as const satisfies Record<string, Release>;
export type Runtime = keyof typeof RELEASES;

/** Returns the path of the main module. Throws when npm cannot get the package, or gets a different one. */
export async function runtimeClient(runtime: Runtime): Promise<string> {
  const release = RELEASES[runtime];
  const folder = join(cacheFolder(), 'oracles', `${PACKAGE}-${release.version}`);
  if (!existsSync(folder)) await fetchInto(folder, release);
  return join(folder, release.main);
}

/** Fetches into a temporary folder first, so that a folder under the final name is always complete. */
async function fetchInto(folder: string, release: Release): Promise<void> {
  const { version, main, parts, native } = release;
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-draft-`);
  try {
    // npm takes the package from its configured registry, and runs no script of the package.
    await run('npm', ['pack', `${PACKAGE}@${version}`, '--silent', '--pack-destination', draft], { cwd: draft });
    const archive = join(draft, `${PACKAGE}-${version}.tgz`);
    requireChecksum(readFileSync(archive), release);
    await run('tar', ['-xzf', archive, '-C', draft, main, ...parts, 'package/package.json']);
    // The runtime client looks for its native part under this name, and gets the replacement.
    writeFileSync(join(draft, native), '');
    rmSync(archive);
    renameSync(draft, folder);
  } catch (cause) {
    // Another run has fetched the package in the meantime.
    if (existsSync(folder)) return;
    throw new Error(`${PACKAGE} could not be had: ${(cause as Error).message}`, { cause });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Throws when the archive differs from the one that was reviewed. */
export function requireChecksum(
  archive: Uint8Array,
  { version, sha512 }: Pick<Release, 'version' | 'sha512'> = RELEASES['nodejs24.x'],
): void {
  const found = createHash('sha512').update(archive).digest('base64');
  if (found !== sha512) throw new Error(`${PACKAGE} ${version} has the SHA-512 ${found}, and ${sha512} was expected.`);
}
