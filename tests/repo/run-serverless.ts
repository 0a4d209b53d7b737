/**
 * Runs the project's own Serverless Framework in a folder as a person would. Of this machine's environment it gets only
 * the path.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './sources.ts';

const SERVERLESS = join(ROOT, 'node_modules/.bin/serverless');
/**
 * The framework compiles the schema of its configuration into a file named by the schema's hash. All runs share this
 * file.
 */
const SCHEMAS = join(ROOT, 'node_modules/.cache/slipway');

/** Returns the output. Throws with the whole output when the framework fails. Without `home` it is the folder. */
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
