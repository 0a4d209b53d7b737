/**
 * `npm run demo`: on Lambda and on Kubernetes, a good version is promoted step by step, and a bad version is rolled
 * back when its alarm fires. At the same time the judge rolls back a slow version that no alarm detects. The demo
 * prints how long each took.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { AnswerOf } from '../../api/answers.ts';
import { type SlipwayClient, slipwayClient } from '../../api/client.ts';
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import { type Embedded, startEmbedded } from '../../embedded/embedded.ts';
import { folderOf } from '../../embedded/rehearsed-source.ts';
import { systemClock } from '../../system.ts';
import { withArguments } from '../arguments/read-arguments.ts';
import { DEMO } from '../declarations/demo.ts';
import { type Measured, measuredTable, measureRollout } from '../demo/demo-table.ts';
import { inTurn, type Say } from '../demo/in-turn.ts';
import { readServiceFile } from '../files/service-file.ts';
import { timelineLine } from '../print/timeline-lines.ts';

const LOOK_EVERY_MS = 200;
/** A check asks Lambda itself, which accepts 15 calls a second from all callers together. */
const CHECK_EVERY_MS = 1_000;
/**
 * Twice the time of a whole rollout. If it takes longer, something is wrong, and the timeline shows where it stopped.
 */
const ROLLOUT_MAX_MS = 420_000;

type Shown = AnswerOf<'readDeployment'>;

export function demo(args: readonly string[]): Promise<number> {
  return withArguments(DEMO, { args, print: console.log, run: show });
}

async function show(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'slipway-demo-'));
  const embedded = await startEmbedded({
    port: 0,
    dataDir,
    root: process.cwd(),
    log: () => {},
    onFailure: console.error,
  });
  try {
    const services = [...PAIRS.map((pair) => (say: Say) => runPair({ embedded, say }, pair)), runSlow(embedded)];
    const failures = (await inTurn(services, console.log)).flat();
    for (const failure of failures) console.error(styleText('red', failure));
    return failures.length === 0 ? 0 : 1;
  } finally {
    await embedded.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

type Artifact = { readonly image: string } | { readonly s3: { readonly bucket: string; readonly key: string } };

interface Pair {
  readonly file: string;
  readonly where: string;
  readonly artifactOf: (file: string) => Artifact;
  /** From the alarm's change to weight 0: one call to Lambda, or the start of a container that runs kubectl. */
  readonly reactionMaxSeconds: number;
}

const CHECKOUT = 'examples/checkout/slipway.yml';
const onLambda = (key: string): Artifact => ({ s3: { bucket: 'local', key } });

const PAIRS: readonly Pair[] = [
  { file: CHECKOUT, where: 'on Lambda', artifactOf: onLambda, reactionMaxSeconds: 1 },
  {
    file: 'examples/orders/slipway.yml',
    where: 'on Kubernetes, simulated',
    artifactOf: (file) => ({ image: `local/${file}:2` }),
    reactionMaxSeconds: 10,
  },
];

/** Where the rollouts run, and where their lines are printed. */
interface Stage {
  readonly embedded: Embedded;
  readonly say: Say;
}

/** Returns the results that differ from the expected ones. */
async function runPair(stage: Stage, pair: Pair): Promise<string[]> {
  const { embedded } = stage;
  const spec = readServiceFile(pair.file);
  const folder = dirname(pair.file);
  await introduce(stage, { spec, ...pair });

  title(stage, 'A good version: good-new.mjs');
  const good = await rollOut(stage, { spec, artifact: pair.artifactOf(`${folder}/good-new.mjs`) });
  const goodMeasured = measureRollout(embedded, { shown: good, spec });

  title(stage, 'A bad version: failing.mjs, which fails three calls in ten. Nobody watches.');
  const bad = await rollOut(stage, { spec, artifact: pair.artifactOf(`${folder}/failing.mjs`) });
  const badMeasured = measureRollout(embedded, { shown: bad, spec });

  stage.say(measuredTable({ 'good version': goodMeasured, 'bad version': badMeasured }));
  title(stage, `Why it was taken back: ${bad.because}`);
  return [...failuresOfGood(good), ...failuresOfBad({ bad, badMeasured, pair })];
}

/**
 * The alarm of this service counts errors, and the slow version has none. The service gets calls during the other
 * rollouts, because the evidence takes some minutes.
 */
function runSlow(embedded: Embedded): (say: Say) => Promise<string[]> {
  return async (say) => {
    const stage = { embedded, say };
    const checkout = readServiceFile(CHECKOUT);
    const target = { kind: 'lambda', function: 'basket', alias: 'live' } as const;
    const spec = { ...checkout, name: 'basket', target, alarms: ['basket-errors'] };
    await introduce(stage, { spec, where: 'a twin of checkout', file: CHECKOUT });
    title(stage, 'A slow version: slow.mjs, which answers rightly, and late. No alarm sees it.');
    const slow = await rollOut(stage, { spec, artifact: onLambda(`${dirname(CHECKOUT)}/slow.mjs`) });
    const slowMeasured = measureRollout(embedded, { shown: slow, spec });
    say(measuredTable({ 'slow version': slowMeasured }));
    title(stage, `Why it was taken back: ${slow.because}`);
    return failuresOfSlow(slow, slowMeasured);
  };
}

async function introduce(
  stage: Stage,
  { spec, where, file }: { readonly spec: ServiceSpec; readonly where: string; readonly file: string },
): Promise<void> {
  await stage.embedded.register({ spec, folder: folderOf(file), by: 'npm run demo' });
  const calls = `under ${spec.rehearsal?.requestsPerSecond} real calls a second`;
  title(stage, `Service ${spec.name}, ${where}, is ${calls}. Its alarm gets its first data ...`);
  await untilReady(clientOf(stage), spec.name);
}

function clientOf({ embedded }: Stage): SlipwayClient {
  return slipwayClient({ baseUrl: `http://localhost:${embedded.port}` });
}

async function untilReady(client: SlipwayClient, name: string): Promise<void> {
  for (;;) {
    const { findings } = await client.checkService({ name });
    if (!findings.some(({ severity }) => severity === 'error')) return;
    await sleep(CHECK_EVERY_MS);
  }
}

/** Deploys over HTTP, and prints the timeline as it grows, until the deployment has ended. */
async function rollOut(stage: Stage, { spec, artifact }: { spec: ServiceSpec; artifact: Artifact }): Promise<Shown> {
  const client = clientOf(stage);
  const started = await client.startDeployment({ service: spec.name, artifact, reason: 'demo' });
  if (!('id' in started)) throw new Error('A deployment that is no dry run has an id.');
  const endsAt = systemClock.now() + ROLLOUT_MAX_MS;
  let seen = 0;
  for (;;) {
    const shown = await client.readDeployment({ id: started.id });
    for (const entry of shown.timeline.slice(seen)) {
      stage.say(timelineLine({ ...entry, at: Date.parse(entry.at) }, Date.parse(shown.openedAt)));
    }
    seen = shown.timeline.length;
    if (shown.settledAt !== null || systemClock.now() > endsAt) return shown;
    await sleep(LOOK_EVERY_MS);
  }
}

function failuresOfGood(good: Shown): string[] {
  return good.status === 'promoted' ? [] : [`The good version ended as ${good.status}: ${good.because}`];
}

interface Outcome {
  readonly bad: Shown;
  readonly badMeasured: Measured;
  readonly pair: Pair;
}

function failuresOfBad({ bad, badMeasured, pair: { reactionMaxSeconds } }: Outcome): string[] {
  const failures: string[] = [];
  if (bad.status !== 'rolledBack') failures.push(`The bad version ended as ${bad.status}: ${bad.because}`);
  const { alarmToZeroSeconds } = badMeasured;
  if (alarmToZeroSeconds === null) failures.push('The bad version was not taken back by its alarm.');
  else if (alarmToZeroSeconds > reactionMaxSeconds) {
    failures.push(`From the alarm to weight 0 it took ${alarmToZeroSeconds} s; ${reactionMaxSeconds} s is the most.`);
  }
  return failures;
}

function failuresOfSlow(slow: Shown, { alarmToZeroSeconds }: Measured): string[] {
  const failures: string[] = [];
  if (slow.status !== 'rolledBack') failures.push(`The slow version ended as ${slow.status}: ${slow.because}`);
  if (alarmToZeroSeconds !== null)
    failures.push('An alarm turned red for the slow version, which no alarm should see.');
  if (!slow.because?.startsWith('requests over '))
    failures.push(`The slow version was not taken back for its latency, but: ${slow.because}`);
  return failures;
}

function title({ say }: Stage, text: string): void {
  say(`\n${styleText('bold', text)}`);
}
