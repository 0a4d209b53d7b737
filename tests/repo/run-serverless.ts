/** The framework as a person runs it in a folder: the project's own, with nothing of this machine but the path. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './sources.ts';

const SERVERLESS = join(ROOT, 'node_modules/.bin/serverless');
/** The framework compiles the schema of its configuration into a file named by the schema's hash. One is enough for all runs. */
const SCHEMAS = join(ROOT, 'node_modules/.cache/slipway');

/** What it printed. Throws with all of that when it fails. `home`: left out, the folder. */
export async function runServerless(
  { folder, home = folder }: { readonly folder: string; readonly home?: string },
  args: readonly string[],
): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: home, SLS_SCHEMA_CACHE_BASE_DIR: SCHEMAS };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [SERVERLESS, ...args], { cwd: folder, env });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`serverless ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
