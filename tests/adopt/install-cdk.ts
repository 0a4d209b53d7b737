/**
 * Installs the AWS CDK into a folder of the user's cache, once for each version of its lock file. It is too large for a
 * dependency of the project, and only this suite needs it.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../python/virtual-environment.ts';

const FILES = ['package.json', 'package-lock.json'];
const INSTALL = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];

/** Returns the folder `node_modules` that has `aws-cdk-lib`. npm takes the packages from its configured registry. */
export async function installCdk(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of FILES) hash.update(readFileSync(pinned(file)));
  const folder = join(cacheFolder(), 'adopt-cdk', hash.digest('hex').slice(0, 12));
  if (!existsSync(folder)) {
    process.stderr.write('Installing the AWS CDK for the tests of examples/adopt. This happens once.\n');
    await install(folder);
  }
  return join(folder, 'node_modules');
}

function pinned(file: string): string {
  return new URL(`./tools/cdk/${file}`, import.meta.url).pathname;
}

/** Installs into a temporary folder first, so that a folder under the final name is always complete. */
async function install(folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-draft-`);
  try {
    for (const file of FILES) copyFileSync(pinned(file), join(draft, file));
    await promisify(execFile)('npm', INSTALL, { cwd: draft, maxBuffer: 16 << 20 });
    renameSync(draft, folder);
  } catch (cause) {
    // Another run has installed it in the meantime.
    if (existsSync(folder)) return;
    throw new Error(`The AWS CDK could not be installed: ${(cause as Error).message}`, { cause });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
