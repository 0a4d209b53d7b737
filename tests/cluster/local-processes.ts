/** Programs on this machine that run as long as a test run. Each writes into its own file under one folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LocalProcesses {
  start(order: { readonly name: string; readonly program: string; readonly args: readonly string[] }): void;
  /**
   * Repeats the question until it holds. Throws with the end of the log when a program has ended, or when the time is
   * over.
   */
  until(what: string, holds: () => Promise<boolean>): Promise<void>;
  /** Ends all programs, and removes the folder. */
  stop(): Promise<void>;
}

const HOLDS_WITHIN_MS = 60_000;
const ASKS_EVERY_MS = 50;
const LOG_LINES = 10;
const LOG_COLUMNS = 300;

export function localProcesses(folder: string): LocalProcesses {
  const running = new Map<string, ChildProcess>();
  const undertaker = hireUndertaker(folder);
  const logOf = (name: string) => join(folder, `${name}.log`);
  const fallen = () => [...running].find(([, child]) => hasEnded(child))?.[0];
  return {
    start({ name, program, args }) {
      const log = openSync(logOf(name), 'a');
      const child = spawn(program, args, { cwd: folder, stdio: ['ignore', log, log] });
      closeSync(log);
      child.once('error', ({ message }) => appendFileSync(logOf(name), `${message}\n`));
      child.unref();
      if (child.pid !== undefined) undertaker.stdin?.write(`${child.pid}\n`);
      running.set(name, child);
    },
    async until(what, holds) {
      const endsAt = performance.now() + HOLDS_WITHIN_MS;
      while (!(await holds())) {
        const name = fallen();
        if (name !== undefined) {
          running.delete(name);
          throw new Error(`${name} has ended by itself. Its log ends:\n${tail(logOf(name))}`);
        }
        if (performance.now() > endsAt) {
          const tails = [...running.keys()].map((each) => `--- ${each}\n${tail(logOf(each))}`);
          throw new Error(`Waited ${HOLDS_WITHIN_MS} ms, and still not: ${what}. The logs end:\n${tails.join('\n')}`);
        }
        await sleep(ASKS_EVERY_MS);
      }
    },
    async stop() {
      const name = fallen();
      if (name !== undefined) process.stderr.write(`${name} ended during the run:\n${tail(logOf(name))}\n`);
      await Promise.all([...running.values()].map(end));
      await end(undertaker);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * However this process ends, also by a SIGKILL, the input of the child closes. The child then ends the other programs
 * and removes the folder.
 */
function hireUndertaker(folder: string): ChildProcess {
  const script = 'while read -r pid; do pids="$pids $pid"; done; kill -9 $pids; sleep 1; rm -rf "$0"';
  const undertaker = spawn('sh', ['-c', script, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  undertaker.unref();
  (undertaker.stdin as Socket).unref();
  return undertaker;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** The programs keep no data, so they need no orderly end. */
function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return Promise.resolve();
  return new Promise((resolve) => {
    child.ref();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

function tail(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_LINES);
  return lines.map((line) => line.slice(0, LOG_COLUMNS)).join('\n');
}
