/** The emulator MiniStack, installed once from PyPI into a virtual environment in the user's cache folder. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const REQUIREMENTS = new URL('./requirements.txt', import.meta.url).pathname;
const OLDEST_PYTHON = [3, 10] as const;

/** Returns the path of the program. A second process that installs at the same moment uses its own folder. */
export async function installEmulator(): Promise<string> {
  const folder = join(cacheFolder(), digest());
  const program = join(folder, 'bin', 'ministack');
  const whole = join(folder, 'installed');
  if (existsSync(whole)) return program;
  await findPython();
  process.stderr.write(`Installing the emulator ${pinnedVersion()} for the end-to-end tests. This happens once.\n`);
  // A virtual environment cannot be moved, so an interrupted installation is started again in the same place.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  await run('python3', ['-m', 'venv', folder]).catch((cause) => {
    throw new Error('python3 -m venv failed. Install python3-venv, or set AWS_ENDPOINT_URL to an emulator that runs.', {
      cause,
    });
  });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS];
  await run(join(folder, 'bin', 'python3'), pip, { maxBuffer: 16 << 20 });
  writeFileSync(whole, '');
  return program;
}

function pinnedVersion(): string {
  const found = /^ministack==(\S+)$/m.exec(readFileSync(REQUIREMENTS, 'utf8'))?.[1];
  if (found === undefined) throw new Error('tests/e2e/requirements.txt does not pin ministack.');
  return `MiniStack ${found}`;
}

/** The name in the heading of what a run has proved. */
export function emulatorInUse(): string {
  return process.env.SLIPWAY_TEST_EMULATOR === 'own' ? pinnedVersion() : `${process.env.AWS_ENDPOINT_URL}`;
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'slipway', 'emulator');
}

function digest(): string {
  return createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
}

async function findPython(): Promise<void> {
  const [major, minor] = OLDEST_PYTHON;
  const program = `import sys; sys.exit(sys.version_info < (${major}, ${minor}))`;
  try {
    await run('python3', ['-c', program]);
  } catch (cause) {
    const message = `The end-to-end tests need Python ${major}.${minor} or later as python3; install it, or set AWS_ENDPOINT_URL to an emulator that runs.`;
    throw new Error(message, { cause });
  }
}
