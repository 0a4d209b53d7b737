/** The packed package, installed by npm into an empty folder, as somebody does who has nothing of this repository. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderOf, type Node } from './nodes.ts';

export const PACKED = process.env.SLIPWAY_TEST_PACKAGE ?? '';

export interface PackedPackage {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

export function packed(): PackedPackage {
  const answer = JSON.parse(readFileSync(join(PACKED, 'pack.json'), 'utf8'));
  return (Array.isArray(answer) ? answer : Object.values(answer))[0];
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Installation {
  readonly folder: string;
  /** What npm wrote while it installed the package. */
  readonly installed: Ended;
  write(name: string, text: string): void;
  run(program: 'npx' | 'node', args: readonly string[]): Promise<Ended>;
  slipway(...args: readonly string[]): Promise<Ended>;
  /** Resolves when the server answers. */
  start(port: number, args?: readonly string[]): Promise<Server>;
  remove(): Promise<void>;
}

export interface Server {
  /** What it has written so far. */
  output(): string;
  stop(): Promise<Ended>;
}

const ANSWERS_WITHIN_MS = 120_000;

export async function installPackage(node: Node): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-empty-'));
  const begun: ChildProcess[] = [];
  const begin = (program: string, args: readonly string[]) => {
    const child = spawn(join(folderOf(node), program), args, { cwd: folder, env: environment(node, folder) });
    begun.push(child);
    return { child, output: outputOf(child) };
  };
  const run = (program: string, args: readonly string[]) => begin(program, args).output.ended;
  // An audit asks the registry about vulnerabilities, which not every registry answers.
  const installed = await run('npm', ['install', '--no-audit', join(PACKED, packed().filename)]);
  return {
    folder,
    installed,
    write: (name, text) => writeFileSync(join(folder, name), text),
    run,
    slipway: (...args) => run('npx', ['slipway', ...args]),
    async start(port, args = []) {
      const { child, output } = begin('node', [PROGRAM, 'start', '--port', String(port), ...args]);
      await answers(port, output);
      return {
        output: () => output.out() + output.err(),
        stop() {
          child.kill('SIGINT');
          return output.ended;
        },
      };
    },
    async remove() {
      for (const child of begun) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const PROGRAM = 'node_modules/slipway/bin/slipway.js';

/** Nothing of the test's own process: no Node of the repository on the path, and no settings. */
function environment(node: Node, folder: string): Record<string, string> {
  const path = `${folderOf(node)}:/usr/local/bin:/usr/bin:/bin`;
  const settings = process.env.SLIPWAY_TEST_NPM_SETTINGS ?? '';
  return { PATH: path, HOME: process.env.HOME ?? folder, NPM_CONFIG_GLOBALCONFIG: settings };
}

function outputOf(child: ChildProcess) {
  let [out, err] = ['', ''];
  child.stdout?.on('data', (data) => {
    out += data;
  });
  child.stderr?.on('data', (data) => {
    err += data;
  });
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
  return { ended, out: () => out, err: () => err };
}

async function answers(port: number, { out, err, ended }: ReturnType<typeof outputOf>): Promise<void> {
  let isEnded = false;
  ended.then(() => {
    isEnded = true;
  });
  const endsAt = performance.now() + ANSWERS_WITHIN_MS;
  for (;;) {
    const isReady = await fetch(`http://127.0.0.1:${port}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady && out().includes('Ctrl-C')) return;
    if (isEnded || performance.now() > endsAt) throw new Error(`The server does not answer.\n${out()}\n${err()}`);
    await sleep(100);
  }
}

/** Waits for what another process does. */
export async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const endsAt = performance.now() + ANSWERS_WITHIN_MS;
  while (!(await holds())) {
    if (performance.now() > endsAt) throw new Error(`Waited ${ANSWERS_WITHIN_MS} ms, and still not: ${what}`);
    await sleep(200);
  }
}
