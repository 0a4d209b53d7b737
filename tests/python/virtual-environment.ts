/**
 * Programs from PyPI in a virtual environment of their own, in a folder of the user's cache: made once for each version of a
 * requirements file and of Python. pip takes the packages from wherever it is configured to, and checks their checksums.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const OLDEST_PYTHON = [3, 11] as const;

export interface Installation {
  /** The path of a requirements file that pins everything by checksum. */
  readonly requirements: string;
  /** The programs as a message names them: `cfn-lint and checkov`. */
  readonly programs: string;
  /** The suite as a message names it: `the stack tests`. */
  readonly suite: string;
  /** The folder in the cache. */
  readonly cache: string;
}

/** The folder that has the programs, and the Python that runs them. Throws an error that says what to install. */
export async function installPrograms(installation: Installation): Promise<string> {
  const { requirements, programs, suite, cache } = installation;
  const version = await pythonVersion(suite);
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), cache, `python-${version}-${digest}`);
  if (!existsSync(folder)) {
    process.stderr.write(`Installing ${programs} for ${suite}. This happens once, and takes a minute or two.\n`);
    await install(folder, installation);
  }
  return join(folder, 'bin');
}

/** `3.11` */
async function pythonVersion(suite: string): Promise<string> {
  const needed = OLDEST_PYTHON.join('.');
  const begin = `${suite[0]?.toUpperCase()}${suite.slice(1)} need`;
  const program = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
  const { stdout } = await run('python3', ['-c', program]).catch((cause: unknown) => {
    const message = `${begin} python3, ${needed} or later, with venv (python3-venv on Debian). Install it.`;
    throw new Error(message, { cause });
  });
  const version = stdout.trim();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]) return version;
  throw new Error(`${begin} Python ${needed} or later, and python3 is ${version}. Put a newer one first on PATH.`);
}

/** The folder of the user that all suites keep their programs in. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'slipway');
}

/** Into a folder beside it first: what is there under its name is whole. Only its Python is run, which does not mind the move. */
async function install(folder: string, { requirements, programs }: Installation): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-draft-`);
  try {
    await run('python3', ['-m', 'venv', draft]);
    const options = ['--quiet', '--disable-pip-version-check', '--require-hashes', '--only-binary=:all:'];
    const pip = ['-m', 'pip', 'install', ...options, '--requirement', requirements];
    await run(join(draft, 'bin', 'python'), pip, { maxBuffer: 16 << 20 });
    renameSync(draft, folder);
  } catch (cause) {
    // Another run was faster.
    if (existsSync(folder)) return;
    throw new Error(`${programs} could not be installed: ${(cause as Error).message}`, { cause });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
