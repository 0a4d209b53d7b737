/**
 * Runs a Python script of this folder in the oracles' own environment. The script reads JSON from standard input and
 * writes JSON to standard output.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The folder of the Python that has the packages of `requirements.txt`, and of their programs. */
export function oraclePrograms(): string {
  const folder = process.env.SLIPWAY_TEST_ORACLES;
  if (folder === undefined) throw new Error('The oracles are not installed. Run these tests by npm run test:oracles.');
  return folder;
}

/** `askPython('service-models.py', inputs)`. When the script fails, throws what it wrote to standard error. */
export async function askPython<Answer>(script: string, question: unknown): Promise<Answer> {
  const path = new URL(`./${script}`, import.meta.url).pathname;
  // Python must not cache compiled scripts, because the cache would be written into the project.
  const child = spawn(join(oraclePrograms(), 'python'), ['-B', path], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((settle, reject) => {
    child.once('error', reject);
    child.once('close', settle);
  });
  // A script that ends early closes the pipe; its exit code gives the reason.
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(question));
  const [output, complaint, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${script} ended with code ${code}. It said: ${complaint}`);
  return JSON.parse(output) as Answer;
}
