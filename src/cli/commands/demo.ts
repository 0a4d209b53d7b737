/**
 * `npm run demo`: on Lambda and on Kubernetes, a good version goes live through its steps, a bad one is taken back by its
 * alarm, and how long it took.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { AnswerOf } from '../../api/answers.ts';
import { type SlipwayClient, slipwayClient } from '../../api/client.ts';
import { type Embedded, startEmbedded } from '../../containers/embedded.ts';
import type { ServiceSpec } from '../../domain/service-spec.ts';
import { systemClock } from '../../system.ts';
import { type Measured, measureRollout, printTable } from '../demo-table.ts';
import { readServiceFile } from '../service-file.ts';
import { timelineLine } from '../timeline-lines.ts';

const LOOK_EVERY_MS = 200;
/** Three times what a whole rollout takes: something is wrong, and the timeline above says where it stopped. */
const ROLLOUT_MAX_MS = 150_000;

type Shown = AnswerOf<'readDeployment'>;

export async function demo(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'slipway-demo-'));
  const embedded = await startEmbedded({
    port: 0,
    dataDir,
    root: process.cwd(),
    log: () => {},
    onFailure: console.error,
  });
  try {
    let failed = 0;
    for (const pair of PAIRS) failed += await runPair(embedded, pair);
    return failed === 0 ? 0 : 1;
  } finally {
    await embedded.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Pair {
  readonly file: string;
  readonly where: string;
  readonly artifactOf: (
    file: string,
  ) => { readonly image: string } | { readonly s3: { readonly bucket: string; readonly key: string } };
  /** From the alarm's change to weight 0: one call to Lambda; or the start of a container that runs kubectl. */
  readonly reactionMaxSeconds: number;
}

const PAIRS: readonly Pair[] = [
  {
    file: 'examples/checkout/slipway.yml',
    where: 'on Lambda',
    artifactOf: (key) => ({ s3: { bucket: 'local', key } }),
    reactionMaxSeconds: 1,
  },
  {
    file: 'examples/orders/slipway.yml',
    where: 'on Kubernetes, simulated',
    artifactOf: (file) => ({ image: `local/${file}:2` }),
    reactionMaxSeconds: 10,
  },
];

/** Returns how many things went otherwise than they should. */
async function runPair(embedded: Embedded, pair: Pair): Promise<number> {
  const client = slipwayClient({ baseUrl: `http://localhost:${embedded.port}` });
  const spec = readServiceFile(pair.file);
  const folder = dirname(pair.file);
  await embedded.register({ spec, by: 'npm run demo' });
  say(
    `Service ${spec.name}, ${pair.where}, is under ${spec.rehearsal?.requestsPerSecond} real calls a second. Its alarm gets its first data ...`,
  );
  await untilReady(client, spec.name);

  say('A good version: good-new.mjs');
  const good = await rollOut(client, { spec, artifact: pair.artifactOf(`${folder}/good-new.mjs`) });
  const goodMeasured = measureRollout(embedded, { shown: good, spec });

  say('A bad version: failing.mjs, which fails three calls in ten. Nobody watches.');
  const bad = await rollOut(client, { spec, artifact: pair.artifactOf(`${folder}/failing.mjs`) });
  const badMeasured = measureRollout(embedded, { shown: bad, spec });

  printTable({ good: goodMeasured, bad: badMeasured });
  const failures = failuresOf({ good, bad, badMeasured, reactionMaxSeconds: pair.reactionMaxSeconds });
  for (const failure of failures) console.error(styleText('red', failure));
  if (failures.length === 0) say(`Why it was taken back: ${bad.because}`);
  return failures.length;
}

async function untilReady(client: SlipwayClient, name: string): Promise<void> {
  for (;;) {
    const { findings } = await client.checkService({ name });
    if (!findings.some(({ severity }) => severity === 'error')) return;
    await sleep(LOOK_EVERY_MS);
  }
}

/** Deploys over HTTP, and shows the timeline as it grows until the deployment has ended. */
async function rollOut(
  client: SlipwayClient,
  { spec, artifact }: { spec: ServiceSpec; artifact: ReturnType<Pair['artifactOf']> },
): Promise<Shown> {
  const started = await client.startDeployment({
    service: spec.name,
    artifact,
    reason: 'demo',
  });
  if (!('id' in started)) throw new Error('A deployment that is no dry run has an id.');
  const endsAt = systemClock.now() + ROLLOUT_MAX_MS;
  let seen = 0;
  for (;;) {
    const shown = await client.readDeployment({ id: started.id });
    for (const entry of shown.timeline.slice(seen)) {
      console.log(timelineLine({ ...entry, at: Date.parse(entry.at) }, Date.parse(shown.openedAt)));
    }
    seen = shown.timeline.length;
    if (shown.settledAt !== null || systemClock.now() > endsAt) return shown;
    await sleep(LOOK_EVERY_MS);
  }
}

interface Outcome {
  readonly good: Shown;
  readonly bad: Shown;
  readonly badMeasured: Measured;
  readonly reactionMaxSeconds: number;
}

function failuresOf({ good, bad, badMeasured, reactionMaxSeconds }: Outcome): string[] {
  const failures: string[] = [];
  if (good.status !== 'promoted') failures.push(`The good version ended as ${good.status}: ${good.because}`);
  if (bad.status !== 'rolledBack') failures.push(`The bad version ended as ${bad.status}: ${bad.because}`);
  const { alarmToZeroSeconds } = badMeasured;
  if (alarmToZeroSeconds === null) failures.push('The bad version was not taken back by its alarm.');
  else if (alarmToZeroSeconds > reactionMaxSeconds) {
    failures.push(`From the alarm to weight 0 it took ${alarmToZeroSeconds} s; ${reactionMaxSeconds} s is the most.`);
  }
  return failures;
}

function say(text: string): void {
  console.log(`\n${styleText('bold', text)}`);
}
