/**
 * cfn-lint and checkov in a virtual environment of their own, in a folder of the user's cache: made once for each version of
 * `tools/requirements.txt` and of Python. pip takes the packages from wherever it is configured to, and checks their checksums.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const REQUIREMENTS = new URL('./tools/requirements.txt', import.meta.url).pathname;
const OLDEST_PYTHON = [3, 11] as const;

/** The folder that has the tools, and the Python that runs them. */
export async function installTools(): Promise<string> {
  const version = await pythonVersion();
  const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), `python-${version}-${digest}`);
  if (!existsSync(folder)) {
    process.stderr.write(
      'Installing cfn-lint and checkov for the stack tests. This happens once, and takes a minute or two.\n',
    );
    await install(folder);
  }
  return join(folder, 'bin');
}

/** `3.11` */
async function pythonVersion(): Promise<string> {
  const needed = OLDEST_PYTHON.join('.');
  const program = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
  const { stdout } = await run('python3', ['-c', program]).catch((cause: unknown) => {
    const message = `The stack tests need python3, ${needed} or later, with venv (python3-venv on Debian). Install it.`;
    throw new Error(message, { cause });
  });
  const version = stdout.trim();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]) return version;
  throw new Error(
    `The stack tests need Python ${needed} or later, and python3 is ${version}. Put a newer one first on PATH.`,
  );
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'slipway', 'stack-tools');
}

/** Into a folder beside it first: what is there under its name is whole. Only its Python is run, which does not mind the move. */
async function install(folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-draft-`);
  try {
    await run('python3', ['-m', 'venv', draft]);
    const options = ['--quiet', '--disable-pip-version-check', '--require-hashes', '--only-binary=:all:'];
    await run(join(draft, 'bin', 'python'), ['-m', 'pip', 'install', ...options, '--requirement', REQUIREMENTS]);
    renameSync(draft, folder);
  } catch (cause) {
    // Another run was faster.
    if (existsSync(folder)) return;
    throw new Error(`cfn-lint and checkov could not be installed: ${(cause as Error).message}`, { cause });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
