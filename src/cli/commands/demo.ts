/** `npm run demo`: a good version goes live through its steps, a bad one is taken back by its alarm, and how long it took. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { AnswerOf } from '../../api/answers.ts';
import { type SlipwayClient, slipwayClient } from '../../api/client.ts';
import { type Embedded, startEmbedded } from '../../containers/embedded.ts';
import { putRehearsedService } from '../../containers/rehearse-service.ts';
import type { ServiceSpec } from '../../domain/service-spec.ts';
import { systemClock } from '../../system.ts';
import { type Measured, measureRollout, printTable } from '../demo-table.ts';
import { readServiceFile } from '../service-file.ts';
import { timelineLine } from '../timeline-lines.ts';

const LOOK_EVERY_MS = 200;
const REACTION_MAX_SECONDS = 1;
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
    return await run(embedded, readServiceFile('examples/checkout/slipway.yml'));
  } finally {
    await embedded.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function run(embedded: Embedded, spec: ServiceSpec): Promise<number> {
  const client = slipwayClient({ baseUrl: `http://localhost:${embedded.port}` });
  await putRehearsedService(embedded.cloud)(embedded.ports, { spec, by: 'npm run demo' });
  say(
    `Service ${spec.name} is under ${spec.rehearsal?.requestsPerSecond} real calls a second. Its alarm gets its first data ...`,
  );
  await untilReady(client, spec.name);

  say('A good version: good-new.mjs');
  const good = await rollOut(client, { spec, key: 'examples/checkout/good-new.mjs' });
  const goodMeasured = measureRollout(embedded, { shown: good, spec });

  say('A bad version: failing.mjs, which fails 30 % of its calls. Nobody watches.');
  const bad = await rollOut(client, { spec, key: 'examples/checkout/failing.mjs' });
  const badMeasured = measureRollout(embedded, { shown: bad, spec });

  printTable({ good: goodMeasured, bad: badMeasured });
  const failures = failuresOf({ good, bad, badMeasured });
  for (const failure of failures) console.error(styleText('red', failure));
  if (failures.length === 0) say(`Why it was taken back: ${bad.because}`);
  return failures.length === 0 ? 0 : 1;
}

async function untilReady(client: SlipwayClient, name: string): Promise<void> {
  for (;;) {
    const { findings } = await client.checkService({ name });
    if (!findings.some(({ severity }) => severity === 'error')) return;
    await sleep(LOOK_EVERY_MS);
  }
}

/** Deploys over HTTP, and shows the timeline as it grows until the deployment has ended. */
async function rollOut(client: SlipwayClient, { spec, key }: { spec: ServiceSpec; key: string }): Promise<Shown> {
  const started = await client.startDeployment({
    service: spec.name,
    artifact: { s3: { bucket: 'local', key } },
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

function failuresOf({ good, bad, badMeasured }: { good: Shown; bad: Shown; badMeasured: Measured }): string[] {
  const failures: string[] = [];
  if (good.status !== 'promoted') failures.push(`The good version ended as ${good.status}: ${good.because}`);
  if (bad.status !== 'rolledBack') failures.push(`The bad version ended as ${bad.status}: ${bad.because}`);
  const { alarmToZeroSeconds } = badMeasured;
  if (alarmToZeroSeconds === null) failures.push('The bad version was not taken back by its alarm.');
  else if (alarmToZeroSeconds > REACTION_MAX_SECONDS) {
    failures.push(`From the alarm to weight 0 it took ${alarmToZeroSeconds} s; ${REACTION_MAX_SECONDS} s is the most.`);
  }
  return failures;
}

function say(text: string): void {
  console.log(`\n${styleText('bold', text)}`);
}
