/** Runs the real command line as a process of its own, against the server of a test. */
import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOrder {
  readonly url: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** An empty configuration, so that nothing of the machine counts. */
const NOWHERE = mkdtempSync(join(tmpdir(), 'slipway-nowhere-'));

/** Resolves with the exit code, whatever it is. */
export function slipway(args: readonly string[], { url, environment = {}, input = '' }: RunOrder): Promise<Ended> {
  const env = { PATH: process.env.PATH, HOME: NOWHERE, SLIPWAY_URL: url, NO_COLOR: '1', ...environment };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['src/cli/main.ts', ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
    child.stdin?.end(input);
  });
}
