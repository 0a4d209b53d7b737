import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { slipwayClient } from '../../src/api/client.ts';
import { messagesFor, type OutboxMessage } from '../../src/domain/deployment/timeline.ts';
import { aDeployment } from '../domain/a-deployment.ts';

/**
 * Kills `npm start`, like a power cut, at ten random moments of a rollout, each time in the same data folder. After the
 * restart a person finds a settled deployment, all traffic on one version, a timeline without a gap, and every notice.
 */
const KILLS = 10;
const ROLLOUT_MS = 6_500;
/** For what hangs, and not for what is slow on a busy machine. */
const SETTLED_WITHIN_MS = 150_000;

const folder = mkdtempSync(join(tmpdir(), 'slipway-kill-'));
const client = slipwayClient({ baseUrl: 'http://127.0.0.1:4321', timeoutMs: 5_000 });
let running: ChildProcess | undefined;

afterAll(() => {
  running?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['src/cli/main.ts', 'start', '--port', '4321', '--data', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  running = child;
  await until(async () => (await client.readReadiness().catch(() => null)) !== null, 'npm start answers');
  return child;
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const endsAt = performance.now() + SETTLED_WITHIN_MS;
  while (!(await holds())) {
    if (performance.now() > endsAt) throw new Error(`Waited ${SETTLED_WITHIN_MS} ms, and still not: ${what}`);
    await sleep(100);
  }
}

function kill(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

/**
 * The strategy takes a few seconds, so that kills hit every kind of moment: planning, shifts, bakes and the promotion.
 */
const strategy = [{ setWeight: 25 }, { bake: { seconds: 3 } }, { setWeight: 60 }, { bake: { seconds: 3 } }];
const keys = ['good-new.mjs', 'good.mjs', 'failing.mjs'];

async function deploy(round: number): Promise<string> {
  let id = '';
  await until(async () => {
    // The preflight refuses the deployment until the alarm is OK again and has data.
    const started = await client
      .startDeployment({
        service: 'checkout',
        artifact: { s3: { bucket: 'local', key: `examples/checkout/${keys[round % keys.length]}` } },
        strategy,
        reason: `round ${round}`,
      })
      .catch(() => null);
    if (started === null || !('id' in started)) return false;
    id = started.id;
    return true;
  }, 'a deployment is accepted');
  return id;
}

function delivered(): OutboxMessage[] {
  const lines = readFileSync(join(folder, 'notices.jsonl'), 'utf8').split('\n');
  return lines.flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

function liveShares(): number[] {
  const world = JSON.parse(readFileSync(join(folder, 'cloud.json'), 'utf8'));
  return Object.values(world.functions.checkout.aliases.live.weights as Record<string, number>);
}

test(
  'a rollout whose server is killed at ten random moments is settled after the restart, and nothing is lost',
  async () => {
    let child = await start();
    let interrupted = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const id = await deploy(round);
      // One kill in each part of the rollout, at a random moment within it. The kills cover the whole rollout, and no
      // two runs are the same.
      await sleep(((round + Math.random()) / KILLS) * ROLLOUT_MS);
      await kill(child);
      child = await start();
      await until(async () => (await client.readDeployment({ id })).settledAt !== null, `${id} is settled`);

      const shown = await client.readDeployment({ id });
      if (shown.timeline.some(({ kind }) => kind === 'ExecutionAbandoned')) interrupted += 1;
      // Killed before its first shift, it has moved nothing, and ends as failed.
      expect(['promoted', 'rolledBack', 'failed']).toContain(shown.status);
      expect([0, 100]).toContain(shown.atPercent);
      expect(liveShares().filter((share) => share > 0 && share < 1)).toEqual([]);
      expect(shown.timeline.map(({ sequence }) => sequence)).toEqual(shown.timeline.map((_, index) => index + 1));
      const owed = shown.timeline.flatMap((entry) =>
        messagesFor({ ...entry, deploymentId: id, at: Date.parse(entry.at) }, aDeployment({ id, service: 'checkout' })),
      );
      await until(async () => {
        const out = new Set(delivered().map((message) => message.id));
        return owed.every((message) => out.has(message.id));
      }, `all ${owed.length} messages of ${id} are out`);
    }
    // Otherwise the kills hit while no work was under way, and the test proved nothing.
    expect(interrupted).toBeGreaterThanOrEqual(KILLS / 2);
  },
  KILLS * 2 * SETTLED_WITHIN_MS,
);
