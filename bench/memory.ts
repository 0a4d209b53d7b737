/**
 * What `npm start` takes: the time to its first answer, and the memory with the two examples and with 200 services under
 * traffic. The goals hold on Linux, where /proc tells the memory of a process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Row } from './row.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const SERVICES = 200;
const SETTLED_MS = 20_000;
const EXAMPLES_MB_MAX = 350;
const FLEET_MB_MAX = 1_200;
const ANSWER_MS_MAX = 5_000;

export async function benchMemory(): Promise<Row[]> {
  const data = mkdtempSync(join(tmpdir(), 'slipway-memory-'));
  try {
    const first = await started(data);
    await tick(SETTLED_MS);
    const examplesMb = residentMb(first.child);
    await stopped(first.child);
    const second = await started(data);
    await registerAll(second.url);
    await tick(SETTLED_MS);
    const fleetMb = residentMb(second.child);
    await stopped(second.child);
    return [
      {
        what: 'npm start, the second time in a folder: to the first answer',
        ...{ goal: `<= ${ANSWER_MS_MAX / 1_000} s`, measured: `${(second.ms / 1_000).toFixed(1)} s` },
        ...{ ok: second.ms <= ANSWER_MS_MAX, value: second.ms / 1_000 },
      },
      memoryRow('the two examples under traffic, the first time in a folder', {
        mb: examplesMb,
        most: EXAMPLES_MB_MAX,
      }),
      memoryRow(`${SERVICES} services under traffic`, { mb: fleetMb, most: FLEET_MB_MAX }),
    ];
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

function memoryRow(what: string, { mb, most }: { readonly mb: number; readonly most: number }): Row {
  return { what: `npm start, ${what}: memory`, goal: `<= ${most} MB`, measured: `${mb} MB`, ok: mb <= most, value: mb };
}

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly ms: number;
}

async function started(data: string): Promise<Started> {
  const from = performance.now();
  const child = spawn(process.execPath, [MAIN, 'start', '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  for (;;) {
    const url = /Slipway on (http:\S+)/.exec(output)?.[1];
    if (url !== undefined && (await fetch(`${url}/ready`)).ok) return { child, url, ms: performance.now() - from };
    if (child.exitCode !== null) throw new Error(`npm start has ended:\n${output}`);
    await tick(20);
  }
}

async function registerAll(url: string): Promise<void> {
  for (let number = 1; number <= SERVICES; number += 1) {
    const name = `service-${number}`;
    const spec = {
      name,
      target: { kind: 'lambda', function: name, alias: 'live' },
      strategy: [{ setWeight: 25 }, { bake: { minutes: 2 } }, { judge: {} }],
      alarms: [`${name}-errors`],
      rehearsal: { handler: 'examples/checkout/good.mjs', requestsPerSecond: 1 },
    };
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/services/${name}`, { method: 'PUT', headers, body: JSON.stringify(spec) });
    if (!answer.ok) throw new Error(`${name} was not registered: ${await answer.text()}`);
  }
}

function residentMb(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024);
}

async function stopped(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await gone;
}
