/**
 * The example `slow.mjs` under `npm start`, in real time, and the same in `slipway rehearse`: both take it back at the same time,
 * within a look of the judge, while the service is new. After some minutes of calls the judge does not wait any more.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { slipwayClient } from '../../src/api/client.ts';
import { readServiceFile } from '../../src/cli/files/service-file.ts';
import type { ServiceSpec } from '../../src/domain/service/service-spec.ts';
import { type Embedded, startEmbedded } from '../../src/embedded/embedded.ts';
import { folderOf } from '../../src/embedded/rehearsed-source.ts';
import { DEFAULT_MODEL } from '../../src/rehearse/model/service-model.ts';
import type { Setting } from '../../src/rehearse/rehearsal-result.ts';
import { rehearseRollout } from '../../src/rehearse/rehearse-rollout.ts';

const FILE = fileURLToPath(new URL('../../examples/checkout/slipway.yml', import.meta.url));
/** The handlers of the example: no error, 3 to 9 ms, and `slow.mjs` takes 750 to 1200 ms. */
const MODEL = {
  ...DEFAULT_MODEL,
  requestsPerSecond: 40,
  swingPercent: 0,
  errorPercent: 0,
  ...{ medianMs: 6, p99Ms: 9, noisePercent: 0 },
};
const SLOW = { name: 'slow', harm: { errorFactor: 1, latencyFactor: 160 }, outage: 'drawn' } as const;
/** How often the judge looks under `npm start`; the figures of a period may be there one look later. */
const LOOK_SECONDS = 10;
const ROLLOUTS = 12;
const LONG_MS = 420_000;

const folder = mkdtempSync(join(tmpdir(), 'slipway-judged-'));
let running: Embedded | undefined;
afterAll(async () => {
  await running?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** From the first call that could go to the slow version until none could, in seconds; and what the timeline says. */
async function live(embedded: Embedded) {
  const client = slipwayClient({ baseUrl: `http://127.0.0.1:${embedded.port}` });
  const artifact = { s3: { bucket: 'local', key: 'slow.mjs' } };
  const started = await client.startDeployment({ service: 'checkout', artifact });
  const id = 'id' in started ? started.id : '';
  for (;;) {
    const shown = await client.readDeployment({ id });
    if (shown.settledAt === null) {
      await tick(200);
      continue;
    }
    const at = (kind: string) => Date.parse(shown.timeline.find((entry) => entry.kind === kind)?.at ?? '');
    return {
      status: shown.status,
      seconds: (at('TrafficTakenBack') - at('TrafficShifted')) / 1_000,
      because: shown.timeline.find(({ kind }) => kind === 'VerdictReached')?.because ?? '',
    };
  }
}

async function rehearsed(spec: ServiceSpec, historyMinutes: number) {
  const setting: Setting = { historyMinutes, lookSeconds: LOOK_SECONDS };
  const seconds: number[] = [];
  for (let number = 0; number < ROLLOUTS; number += 1) {
    const told = await rehearseRollout({ spec, model: MODEL, scenario: SLOW, seed: `live ${number}`, setting });
    seconds.push((told.rollout.toZeroMs ?? Number.NaN) / 1_000);
  }
  return { from: Math.min(...seconds) - LOOK_SECONDS, to: Math.max(...seconds) + LOOK_SECONDS };
}

test(
  'a slow version is taken back under npm start as soon as in a rehearsal, with and without a history of stable',
  async () => {
    const spec = readServiceFile(FILE);
    running = await startEmbedded({
      port: 0,
      dataDir: join(folder, 'state'),
      root: folder,
      log: () => {},
      onFailure: () => {},
    });
    await running.register({ spec, folder: folderOf(FILE), by: 'test' });
    await tick(15_000);

    const asNew = await rehearsed(spec, 0);
    const first = await live(running);
    expect(first).toMatchObject({ status: 'rolledBack', because: expect.stringContaining('The judge waited for 12') });
    expect(first.seconds).toBeGreaterThan(asNew.from);
    expect(first.seconds).toBeLessThan(asNew.to);

    // By now stable has had some minutes of calls. How soon the judge is sure depends on the noise of this machine.
    const second = await live(running);
    expect(second).toMatchObject({ status: 'rolledBack', because: expect.not.stringContaining('waited') });
    expect(second.seconds).toBeLessThan(asNew.to);
  },
  LONG_MS,
);
