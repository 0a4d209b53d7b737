/**
 * Runs a Python script of tests/adopt/tools. The script reads JSON from standard input and writes JSON to standard
 * output.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** `askPython('parse-hcl.py', text)`. When the script fails, throws what it wrote to standard error. */
export async function askPython<Answer>(script: string, question: unknown): Promise<Answer> {
  const folder = process.env.SLIPWAY_TEST_ADOPT_PYTHON;
  if (folder === undefined) throw new Error('The tools are not installed. Run these tests by npm run test:adopt.');
  const path = new URL(`./tools/${script}`, import.meta.url).pathname;
  // Python must not cache compiled scripts, because the cache would be written into the project.
  const ran = promisify(execFile)(join(folder, 'python'), ['-B', path], { maxBuffer: 16 << 20 });
  // A script that ends early closes the pipe; its exit code gives the reason.
  ran.child.stdin?.on('error', () => {});
  ran.child.stdin?.end(JSON.stringify(question));
  return JSON.parse((await ran).stdout) as Answer;
}
