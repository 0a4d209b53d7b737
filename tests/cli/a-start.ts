/** Runs `slipway start` as a process of its own, with its state in a folder, and looks at it from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as tick } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const SHOWN = 'Ctrl-C stops.';
const running = new Set<ChildProcess>();

export interface AStart {
  readonly child: ChildProcess;
  /** All that the process has printed, of both streams. */
  readonly output: () => string;
  readonly url: string;
  /** Resolves with the exit code, or with the signal that ended the process. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Rejects when the process ends before its first screen. */
  shown(): Promise<void>;
}

export interface StartOrder {
  readonly data: string;
  readonly port: number;
  readonly words?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

export function aStart({ data, port, words = [], environment = {}, folder }: StartOrder): AStart {
  const args = [MAIN, 'start', '--data', data, '--port', String(port), ...words];
  const { KUBECONFIG: _, INIT_CWD: __, ...own } = process.env;
  const child = spawn(process.execPath, args, {
    env: { ...own, ...environment },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve(code ?? signal ?? -1);
    });
  });
  const shown = async () => {
    let over: unknown;
    void ended.then((how) => {
      over = how;
    });
    while (!output.includes(SHOWN)) {
      if (over !== undefined) throw new Error(`It ended with ${over} before its first screen:\n${output}`);
      await tick(50);
    }
  };
  return { child, output: () => output, url: `http://127.0.0.1:${port}`, ended, shown };
}

/** For afterEach: ends what a failed test has left. */
export async function endStarts(): Promise<void> {
  await Promise.all([...running].map(killed));
}

export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** Returns a port that no other program has at this moment. */
export async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
