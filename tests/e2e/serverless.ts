/** Runs the Serverless Framework as a user does: a program in a folder, an exit code, and its output. */
import { spawn } from 'node:child_process';

export interface ServerlessRun {
  readonly output: string;
  readonly seconds: number;
}

export interface ServerlessOrder {
  readonly command: 'deploy' | 'remove';
  readonly stage: string;
  /** The folder with serverless.yml. */
  readonly folder: string;
  readonly params?: Readonly<Record<string, string>>;
}

export async function serverless({ command, stage, folder, params = {} }: ServerlessOrder): Promise<ServerlessRun> {
  const startedAt = performance.now();
  const given = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
  const args = [command, '--stage', stage, ...given];
  const { code, output } = await runToTheEnd(args, folder);
  if (code !== 0) throw new Error(`serverless ${args.join(' ')} ended with ${code}:\n${output.slice(-6_000)}`);
  return { output, seconds: (performance.now() - startedAt) / 1_000 };
}

function runToTheEnd(args: readonly string[], folder: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    // Otherwise the options of the tests' own Node would reach the build of the functions.
    const child = spawn('serverless', args, { cwd: folder, env: { ...process.env, NODE_OPTIONS: '' } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        output += part;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
