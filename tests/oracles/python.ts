/** Runs a Python script of this folder in the oracles' own environment: JSON on its standard input, JSON from its standard output. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The Python that has the packages of `requirements.txt`, and the folder of their programs. */
export function oraclePrograms(): string {
  const folder = process.env.SLIPWAY_TEST_ORACLES;
  if (folder === undefined) throw new Error('The oracles are not installed. Run these tests by npm run test:oracles.');
  return folder;
}

/** `askPython('service-models.py', inputs)`. Throws what the script wrote to its standard error if it fails. */
export async function askPython<Answer>(script: string, question: unknown): Promise<Answer> {
  const path = new URL(`./${script}`, import.meta.url).pathname;
  // Without a cache of compiled scripts, nothing is written into the project.
  const child = spawn(join(oraclePrograms(), 'python'), ['-B', path], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((settle, reject) => {
    child.once('error', reject);
    child.once('close', settle);
  });
  // A script that ends early closes the pipe; its exit code says why.
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(question));
  const [output, complaint, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${script} ended with code ${code}. It said: ${complaint}`);
  return JSON.parse(output) as Answer;
}
