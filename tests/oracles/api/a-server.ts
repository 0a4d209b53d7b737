/** Runs `npm start` in its own process and folder, with services and deployments that requests can name. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../../repo/sources.ts';

export interface Server {
  readonly url: string;
  /** The ids of one deployment in flight for each service. */
  readonly deployments: { readonly checkout: string; readonly orders: string };
  stop(): Promise<void>;
}

const STARTS_WITHIN_MS = 120_000;
const EXAMPLES = 'examples/checkout';

export async function aServer(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-api-'));
  const program = ['src/cli/main.ts', 'start', '--port', '0', '--data', folder];
  // The server has no tokens and no cluster, whatever the environment of this test contains.
  const env = { PATH: process.env.PATH, HOME: folder };
  const child = spawn(process.execPath, program, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = await addressOf(child);
    const [checkout, orders] = await Promise.all([
      deploymentOf(url, {
        service: 'checkout',
        artifact: { s3: { bucket: 'local', key: `${EXAMPLES}/good-new.mjs` } },
      }),
      deploymentOf(url, { service: 'orders', artifact: { image: 'local/examples/orders/failing.mjs:2' } }),
    ]);
    return { url, deployments: { checkout, orders }, stop: () => stopped(child, folder) };
  } catch (error) {
    await stopped(child, folder);
    throw error;
  }
}

/** The first screen prints the address: `Slipway on http://localhost:4000`. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string) => reject(new Error(`npm start ${why}. It said: ${said}`));
    const timer = setTimeout(() => fail('has no address'), STARTS_WITHIN_MS);
    child.once('exit', () => fail('ended'));
    child.stdout?.on('data', (chunk) => {
      said += String(chunk);
      const [url] = /http:\/\/localhost:\d+/.exec(said) ?? [];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
  });
}

/** An alarm has its first data after ten seconds. Until then the preflight refuses a deployment. */
async function deploymentOf(url: string, order: unknown): Promise<string> {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(order) };
  let answer: { readonly id?: string } = {};
  for (let tried = 0; tried < 60; tried += 1) {
    answer = (await (await fetch(`${url}/deploy`, request)).json()) as typeof answer;
    if (answer.id !== undefined) return answer.id;
    await sleep(1_000);
  }
  throw new Error(`No deployment was opened for ${JSON.stringify(order)}: ${JSON.stringify(answer)}`);
}

async function stopped(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
}
